import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { sparkPods } from '../fit/spark-pods.js';
import type { RoleName } from '../job/job.js';
import { runLabels, sparkRoleLabel, verifyLabel } from '../kube/labels.js';
import { escapeExpansion } from '../overlay/run-overlay.js';
import type { Directories } from '../ports/host.js';
import { sparkContainers } from '../spark/pod-defaults.js';
import { account, shapeCase, submitWords } from './case-conf.js';
import {
  fillNames,
  type CaseNames,
  type CaseObject,
  type HelperPod,
  type Right,
  type TemplateRequest,
  type VerifyCase,
} from './case.js';
import { readPodTemplates } from '../spark/pod-templates.js';

export interface CaseObjects {
  /** Namespace, rights and everything else that must exist first. */
  readonly ground: readonly CaseObject[];
  readonly helpers: readonly CaseObject[];
  /** The submit Job, or the driver pod of client mode. */
  readonly submission: CaseObject;
}

/** The fields of a pod that the code changes; all others stay as they are. */
interface PodDocument {
  readonly metadata?: { readonly labels?: object };
  readonly spec: {
    readonly containers: readonly [
      {
        readonly name: string;
        readonly env?: readonly { readonly name: string }[];
        readonly volumeMounts?: readonly object[];
      },
    ];
    readonly volumes?: readonly object[];
    readonly [field: string]: unknown;
  };
}

/** From kustomize/run and kustomize/rights, so that the cases test what ordinary runs use. */
export interface PodYaml {
  readonly submitJob: CaseObject & { readonly spec: { readonly template: PodDocument } };
  readonly templates: Readonly<Record<RoleName, PodDocument>>;
  /** The namespace enforces Pod Security `restricted`. */
  readonly namespace: CaseObject & { readonly metadata: { readonly labels: object } };
  readonly serviceAccount: CaseObject;
  readonly role: CaseObject & { readonly rules: readonly Right[] };
  readonly roleBinding: CaseObject & { readonly subjects: readonly object[] };
}

export async function readPodYaml(directories: Pick<Directories, 'package'>): Promise<PodYaml> {
  const read = async (folder: string, name: string): Promise<unknown> =>
    parse(await readFile(join(directories.package, 'kustomize', folder, `${name}.yaml`), 'utf8'));
  const templates = await readPodTemplates({ directories });
  return {
    submitJob: await read('run', 'submit-job'),
    templates: {
      driver: parse(templates['driver-template.yaml']) as PodDocument,
      executor: parse(templates['executor-template.yaml']) as PodDocument,
    },
    namespace: await read('rights', 'namespace'),
    serviceAccount: await read('rights', 'service-account'),
    role: await read('rights', 'role'),
    roleBinding: await read('rights', 'role-binding'),
  } as PodYaml;
}

const helperLabel = 'spark-dev/helper';

export function caseLabels({ runId, home }: Pick<CaseNames, 'runId' | 'home'>): Readonly<Record<string, string>> {
  return { ...runLabels(runId, home), [verifyLabel]: runId };
}

/** All objects that one case creates in the cluster. */
export function caseObjects(one: VerifyCase, names: CaseNames, yaml: PodYaml, heapMb: number): CaseObjects {
  const { namespace } = names;
  const labels = caseLabels(names);
  const inside = (object: CaseObject): CaseObject => ({
    ...object,
    metadata: {
      ...object.metadata,
      namespace,
      labels: { ...(object.metadata['labels'] as object | undefined), ...labels },
    },
  });
  const space = { name: namespace, labels: { ...yaml.namespace.metadata.labels, ...labels } };
  return fillNames(
    {
      ground: [
        { ...yaml.namespace, metadata: space },
        ...(one.clusterObjects ?? []).map((object) => ({ ...object, metadata: { ...object.metadata, labels } })),
        ...[
          yaml.serviceAccount,
          { ...yaml.role, rules: [...yaml.role.rules, ...(one.rights ?? [])] },
          { ...yaml.roleBinding, subjects: yaml.roleBinding.subjects.map((subject) => ({ ...subject, namespace })) },
          settings(one, names, yaml),
          ...(one.objects ?? []),
        ].map(inside),
      ],
      helpers: (one.helpers ?? []).map((helper) => inside(helperPod(helper, yaml, names))),
      submission: inside(submission(one, names, yaml, heapMb)),
    },
    names,
  );
}

/** What the submit Job of ordinary runs mounts, and the conf files of the case. */
function settings(one: VerifyCase, names: CaseNames, { templates }: PodYaml): CaseObject {
  const template = (role: RoleName): string => JSON.stringify(applyTemplate(templates[role], one.templates?.[role]));
  return {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } },
    data: {
      SPARK_IMAGE: one.image ?? names.image,
      'driver-template.yaml': template('driver'),
      'executor-template.yaml': template('executor'),
      ...one.confFiles,
    },
  };
}

/** Combines the built-in template, which meets Pod Security, with the fields that Spark's suite checks. */
function applyTemplate(base: PodDocument, request: TemplateRequest = {}): PodDocument {
  const { container, image, labels, priorityClassName } = request;
  const [first] = base.spec.containers;
  return {
    ...base,
    ...(labels === undefined ? {} : { metadata: { labels } }),
    spec: {
      ...base.spec,
      ...(priorityClassName === undefined ? {} : { priorityClassName }),
      containers: [{ ...first, name: container ?? first.name, ...(image === undefined ? {} : { image }) }],
    },
  };
}

const confFolder = '/opt/spark/conf';

/** The submit Job of ordinary runs with the arguments of this case; in client mode its pod is the driver. */
function submission(one: VerifyCase, names: CaseNames, { submitJob }: PodYaml, heapMb: number): CaseObject {
  const { metadata, spec } = submitJob.spec.template;
  const [{ env = [], volumeMounts = [], ...container }] = spec.containers;
  const isClient = one.mode === 'client';
  const items = Object.keys(one.confFiles ?? {}).map((key) => ({ key, path: key }));
  const hasConf = items.length > 0;
  const variables: Readonly<Record<string, string>> = {
    // Spark's Kubernetes client looks for conf files only if this is set
    ...(hasConf ? { SPARK_CONF_DIR: confFolder } : {}),
    // in client mode the submit client is the driver
    ...(isClient ? { SPARK_SUBMIT_OPTS: `-Xmx${String(heapMb)}m` } : {}),
  };
  const pod = {
    ...spec,
    serviceAccountName: account,
    containers: [
      {
        ...container,
        ...(isClient ? describeDriver(one, heapMb) : {}),
        image: names.image,
        args: ['submit', ...submitWords(one, names, heapMb)].map(escapeExpansion),
        env: [
          ...env.filter(({ name }) => !(name in variables)),
          ...Object.entries(variables).map(([name, value]) => ({ name, value })),
        ],
        volumeMounts: [...volumeMounts, ...(hasConf ? [{ name: 'conf', mountPath: confFolder }] : [])],
      },
    ],
    volumes: [...(spec.volumes ?? []), ...(hasConf ? [{ name: 'conf', configMap: { name: 'settings', items } }] : [])],
  };
  if (isClient) {
    const labels = { [sparkRoleLabel]: 'driver' };
    return { apiVersion: 'v1', kind: 'Pod', metadata: { name: names.driver, labels }, spec: pod };
  }
  const labels = { ...metadata?.labels, ...caseLabels(names) };
  return { ...submitJob, spec: { ...submitJob.spec, template: { metadata: { labels }, spec: pod } } };
}

function describeDriver(one: VerifyCase, heapMb: number): object {
  const { requests } = sparkPods(shapeCase(one, heapMb)).driver;
  const memory = `${String(requests.memoryMb)}Mi`;
  return {
    name: one.pods?.driver?.container ?? sparkContainers.driver,
    resources: { requests: { cpu: `${String(requests.cpuMilli)}m`, memory }, limits: { memory } },
  };
}

/** As small as possible, and as restricted as all other pods. */
function helperPod({ name, run, claim }: HelperPod, { submitJob }: PodYaml, names: CaseNames): CaseObject {
  const { restartPolicy, enableServiceLinks, securityContext, containers } = submitJob.spec.template.spec;
  const [{ securityContext: restricted, imagePullPolicy }] = containers as readonly [Readonly<Record<string, unknown>>];
  const volumes = [
    { mountPath: '/tmp', volume: { name: 'tmp', emptyDir: {} } },
    ...(claim === undefined
      ? []
      : [{ mountPath: '/claim', volume: { name: 'claim', persistentVolumeClaim: { claimName: claim } } }]),
  ];
  const container = {
    ...{ name, securityContext: restricted, imagePullPolicy, image: names.image, command: run },
    resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    volumeMounts: volumes.map(({ mountPath, volume }) => ({ name: volume.name, mountPath })),
  };
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { [helperLabel]: name } } },
    spec: {
      ...{ restartPolicy, enableServiceLinks, securityContext, serviceAccountName: account },
      automountServiceAccountToken: false,
      containers: [container],
      volumes: volumes.map(({ volume }) => volume),
    },
  };
}
