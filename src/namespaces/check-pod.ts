import { randomBytes } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { applyInputArgv, kubectl, askKubectl, runKubectl } from '../kube/kubectl.js';
import { readPodProgram } from '../kube/pod-program.js';
import type { Directories } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import type { NamespaceSession } from './session.js';
import { ownLabels, ownSelector } from '../kube/labels.js';
import { withPods } from '../kube/pods.js';

export interface CheckPod {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly image: string;
  /** The id of the home that asks. */
  readonly home: string | undefined;
}

export interface CheckPodArgvs {
  readonly make: Argv;
  /** Arguments of kustomize/pods/ask_api.py; every image that runs Spark here has python3, but not every one has curl. */
  readonly ask: (...words: readonly string[]) => Argv;
  readonly remove: Argv;
}

/** The parts of kustomize/pods/check.yaml that are extended. */
interface PodTemplate {
  readonly metadata: object;
  readonly spec: { readonly containers: readonly { readonly env: readonly object[] }[] };
}

/** Access reviews by a key for each. */
type Reviews = Readonly<Record<string, object>>;

const startsWithinMs = 60_000;
const answersWithinMs = 50_000;
const tidiedWithinMs = 30_000;

export function describeCheckPod({ cluster }: NamespaceSession, namespace: string): CheckPod {
  const { serviceAccount, sparkImage: image, home } = cluster;
  return { name: `rights-check-${randomBytes(3).toString('hex')}`, namespace, serviceAccount, image, home };
}

export function checkPodArgvs({ cluster }: NamespaceSession, { name, namespace }: CheckPod): CheckPodArgvs {
  const { argv, delete: remove } = kubectl(cluster, namespace);
  const script = ['sh', '-c', 'exec python3 -c "$ASK" "$@"', 'ask'];
  return {
    make: applyInputArgv(cluster),
    ask: (...words) => argv('exec', name, '--quiet', '--', ...script, ...words),
    remove: remove('pod', name, '--ignore-not-found', '--wait=false', '--grace-period=1'),
  };
}

/** Calls `act` while the pod runs, then deletes the pod; throws JOB_FAILED if it does not start. */
export async function withCheckPod<Result>(
  session: NamespaceSession,
  pod: CheckPod,
  reviews: Reviews,
  act: (run: (argv: Argv, input?: string) => Promise<string>) => Promise<Result>,
): Promise<Result> {
  const { host, cluster } = session;
  const { make, remove } = checkPodArgvs(session, pod);
  const run = async (argv: Argv, input?: string): Promise<string> => {
    const options = { timeoutMs: answersWithinMs };
    return askKubectl(session, argv, input === undefined ? options : { ...options, input });
  };
  try {
    await run(make, JSON.stringify(await checkPodObject(host.directories, pod, reviews)));
    await awaitRunning(session, pod);
    return await act(run);
  } finally {
    await runKubectl({ host, cluster }, remove, { timeoutMs: tidiedWithinMs }).catch(() => undefined);
  }
}

export async function checkPodObject(
  directories: Pick<Directories, 'package'>,
  { name, namespace, serviceAccount, image, home }: CheckPod,
  reviews: Reviews,
): Promise<object> {
  const { metadata, spec, ...rest } = parse(await readPodProgram(directories, 'check.yaml')) as PodTemplate;
  const added = { ASK: await readPodProgram(directories, 'ask_api.py'), REVIEWS: JSON.stringify(reviews) };
  const env = Object.entries(added).map(([key, value]) => ({ name: key, value }));
  const containers = spec.containers.map((one) => ({ ...one, image, env: [...one.env, ...env] }));
  return {
    ...rest,
    metadata: { ...metadata, name, namespace, labels: ownLabels(home) },
    spec: { ...spec, serviceAccountName: serviceAccount, containers },
  };
}

async function awaitRunning({ host, cluster, signal }: NamespaceSession, pod: CheckPod): Promise<void> {
  let seen = 'the pod never appeared';
  const look = (pods: readonly V1Pod[]): string | undefined => {
    const found = pods.find(({ metadata }) => metadata?.name === pod.name);
    if (found !== undefined) seen = describe(found);
    return seen === 'running' || seen.startsWith('ErrImage') ? seen : undefined;
  };
  const selection = { namespace: pod.namespace, labels: ownSelector };
  const kube = await host.kube(cluster);
  await withPods(host, kube, selection, { signal }, (pods) => pods.until(look, { timeoutMs: startsWithinMs }));
  if (seen === 'running') return;
  throw new SparkDevError('JOB_FAILED', `The pod ${pod.name} did not start`, {
    why: seen,
    fix: ['spark-dev status', 'spark-dev doctor'],
  });
}

function describe({ status }: V1Pod): string {
  const state = status?.containerStatuses?.[0]?.state;
  if (state?.running !== undefined) return 'running';
  const waiting = state?.waiting;
  if (waiting?.reason !== undefined) return `${waiting.reason}: ${waiting.message ?? 'the pod waits'}`;
  const unscheduled = status?.conditions?.find(
    ({ type, status: value }) => type === 'PodScheduled' && value === 'False',
  );
  return unscheduled?.message ?? `the pod is ${status?.phase ?? 'missing'}`;
}
