import { basename, posix, relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { joinWords } from '../errors/quote-argv.js';
import { sparkPods, type JobShape } from '../fit/spark-pods.js';
import { currentSparkImage } from '../images/catalog.js';
import { planBuild } from '../job/build.js';
import { shapeOf } from '../job/job-shape.js';
import type { SparkJob } from '../job/job.js';
import { runSelector, sparkRoleLabel, runLabel } from '../kube/labels.js';
import { eventsClaim, jobNamespace, jobServiceAccount, profileName } from '../kube/names.js';
import { driverUiPort } from '../kube/port-forward/pod-forward.js';
import { renderKustomization, toYaml, type OverlayFiles, type Patch } from '../overlay/kustomize/kustomization.js';
import type { Host } from '../ports/host.js';
import { escapeExpansion, propertiesKey } from '../overlay/run-overlay.js';
import { asClient, heapOf } from '../spark/client-line.js';
import { driverHost, driverPodName, eventsPath, portsOf, templates } from '../spark/conf.js';
import { driverJavaOptions } from '../spark/java-options.js';
import { maskValue } from '../secrets/mask.js';
import { submitContainer } from '../spark/outcome.js';
import { propertiesFile, submitArguments } from '../spark/submit-arguments.js';
import { confOf, hideConf, joinLine, splitLine } from '../spark/submit-words.js';
import { skaffoldApi } from './launch/submit-job/skaffold.js';
import { requestModestly } from './fit-run.js';
import { readRequest } from './request.js';
import { planOverlay } from './run-files.js';
import type { RunInput } from './run-options.js';

export interface SkaffoldProject {
  readonly job: SparkJob;
  readonly shape: JobShape;
  /** A Python program in one file, and the base that every run deploys; relative to the folders of the modes. */
  readonly program: string;
  readonly base: string;
  /** Of the folders `client` and `cluster`, relative to skaffold.yaml. */
  readonly folder: string;
}

/** Spark hands the text files of this folder on to its pods: spark.kubernetes.configMap.maxSize in its documentation. */
const confFolder = '/opt/spark/conf';

/**
 * What Skaffold needs to run a program on a prepared cluster without spark-dev, by path: the overlay of a run, with the program
 * in a ConfigMap, so that nothing is built. In client mode, the submit pod is the driver.
 */
export function planSkaffoldProject({ job, shape, program, base, folder }: SkaffoldProject): OverlayFiles {
  const name = job.name.slug;
  const serviceAccount = job.serviceAccount ?? jobServiceAccount;
  const main = { kind: 'python', at: { where: 'image', path: `${confFolder}/${basename(program)}` } } as const;
  const submission = { runId: name, namespace: jobNamespace, serviceAccount, job, main, shape, loadsDefaults: true };
  const image = job.image ?? currentSparkImage;
  const overlay = planOverlay({}, submission, image, {
    resources: [base, 'ui.yaml'],
    program: { path: program, folder: confFolder },
  });
  const client = { resources: ['../cluster'], patches: changeToClient(name, submitArguments(submission), shape) };
  const inFolder = {
    ...Object.fromEntries(Object.entries(overlay).map(([path, text]) => [`cluster/${path}`, text])),
    'cluster/ui.yaml': toYaml({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'ui' },
      spec: {
        clusterIP: 'None',
        selector: { [runLabel]: name, [sparkRoleLabel]: 'driver' },
        ports: [{ name: 'ui', port: driverUiPort }],
      },
    }),
    'client/kustomization.yaml': renderKustomization(client),
  };
  return {
    'skaffold.yaml': renderProject(name, folder),
    ...Object.fromEntries(Object.entries(inFolder).map(([path, text]) => [posix.join(folder, path), text])),
  };
}

function changeToClient(name: string, submitted: readonly string[], shape: JobShape): readonly Patch[] {
  const { requests, limits } = sparkPods(shape).driver;
  const line = splitLine(asClient(submitted, { pod: '', ports: portsOf(0), folder: templates }));
  // only Kubernetes knows the pod's name
  const options = line.options.filter(([, value = '']) => !value.startsWith(`${driverPodName}=`));
  const { words, properties = '' } = hideConf(joinLine({ ...line, options }), propertiesFile);
  const javaOptions = [...driverJavaOptions(Object.fromEntries(confOf(line))), `-Xmx${heapOf(submitted)}`];
  const own = ['--conf', `${driverHost}=$(POD_IP)`, '--conf', `${driverPodName}=$(POD_NAME)`];
  const fromPod = (key: string, fieldPath: string): object => ({ name: key, valueFrom: { fieldRef: { fieldPath } } });
  const container = {
    name: submitContainer,
    args: ['submit', ...own, ...words.map(escapeExpansion)],
    env: [
      { name: 'SPARK_SUBMIT_OPTS', value: joinWords(javaOptions) },
      fromPod('POD_IP', 'status.podIP'),
      fromPod('POD_NAME', 'metadata.name'),
    ],
    resources: {
      requests: { cpu: `${String(requests.cpuMilli)}m`, memory: `${String(requests.memoryMb)}Mi` },
      limits: { memory: `${String(limits.memoryMb)}Mi` },
    },
    volumeMounts: [{ name: 'events', mountPath: eventsPath }],
  };
  const events = { name: 'events', persistentVolumeClaim: { claimName: eventsClaim } };
  const spec = { containers: [container], volumes: [events] };
  return [
    {
      merge: {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: `${name}-submit`, namespace: jobNamespace },
        spec: { template: { metadata: { labels: { [sparkRoleLabel]: 'driver' } }, spec } },
      },
    },
    {
      merge: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: `${name}-settings`, namespace: jobNamespace },
        data: { [propertiesKey]: properties },
      },
    },
  ];
}

const introduction = `# Runs the program with Skaffold alone, on the cluster that \`spark-dev init\` prepared: skaffold dev, run, render, delete.
# docs/guide/skaffold.md explains it.
`;

function renderProject(name: string, folder: string): string {
  const of = (mode: string): object => ({
    kustomize: {
      paths: [posix.join(folder, mode)],
      // the program lies outside
      buildArgs: ['--load-restrictor=LoadRestrictionsNone'],
    },
  });
  // each deployment is a new run: Kubernetes never changes a Job, and no Job owns the driver that spark-submit creates
  const kubectl = `kubectl --context "$SKAFFOLD_KUBE_CONTEXT" --namespace ${jobNamespace}`;
  const remove = `${kubectl} delete job,pod --selector ${runSelector(name)} --ignore-not-found`;
  // Skaffold forwards a port at once, and only shows the logs of images that it built
  const driver = `--selector ${runSelector(name)},${sparkRoleLabel}=driver`;
  const wait = `for n in $(seq 60); do ${kubectl} get pod ${driver} | grep -q Running && break; sleep 1; done; echo Log: ${kubectl} logs --follow ${driver}`;
  const hook = (line: string): object => ({ host: { command: ['sh', '-c', line] } });
  const hooks = { before: [hook(remove)], after: [hook(wait)] };
  const project = toYaml({
    ...skaffoldApi,
    metadata: { name },
    manifests: of('client'),
    // never the context that happens to be current
    deploy: { kubeContext: profileName, kubectl: { hooks } },
    portForward: [
      {
        resourceType: 'service',
        resourceName: `${name}-ui`,
        namespace: jobNamespace,
        port: driverUiPort,
        localPort: driverUiPort,
      },
    ],
    profiles: [
      { name: 'client', manifests: of('client') },
      { name: 'cluster', manifests: of('cluster') },
    ],
  });
  return `${introduction}${project}`;
}

/** The project of an application in its own folder, or why there can be none. */
export async function planAppProject(
  host: Host,
  input: RunInput,
  { from, ...where }: Pick<SkaffoldProject, 'base' | 'folder'> & { readonly from: string },
): Promise<{ readonly files: OverlayFiles } | { readonly lacks: string }> {
  const { app, job } = await readRequest(host, { command: 'spark-dev run', input });
  const refuse = (why: string) => ({ lacks: `${why}: Skaffold could not run it without an image of its own` });
  if (app.kind !== 'python') return refuse('it is not a Python file');
  const said = [job.conf, job.arguments, job.driver.env, job.executor.env];
  if (!isDeepStrictEqual(maskValue(said, host.env), said))
    return {
      lacks: 'its settings hold a secret, which its files would show: name a Secret of the cluster in `secrets`',
    };
  const { main, pyFiles } = await planBuild({ host, app, job, signal: input.signal });
  const { files, jars, archives, data, requirements: packages } = job;
  const lists = {
    files,
    jars,
    archives,
    data,
    pyFiles,
    packages: [...packages.named, ...packages.files, ...packages.projects],
  };
  const extra = Object.entries(lists).filter(([, list]) => list.length > 0);
  const path = main.kind === 'python' && main.at.where === 'here' ? main.at.path : undefined;
  if (path === undefined || !path.endsWith('.py')) return refuse('it is not a Python file');
  if (extra.length > 0) return refuse(`it needs ${extra.map(([name]) => name).join(', ')}`);
  const shape = requestModestly(shapeOf(job));
  return { files: planSkaffoldProject({ job, shape, program: relative(from, path), ...where }) };
}
