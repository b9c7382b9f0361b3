import { isOurLabel } from '../job/conf-rules.js';
import type { JobVolume, RoleName, SparkJob } from '../job/job.js';
import { listAt, listOf, objectAt, without, type Json } from '../job/plain-json.js';
import { sparkVariables } from '../job/validate-job.js';
import { ownLabels } from '../kube/labels.js';
import { defaultContainerSecurity, defaultPodSecurity, scratchVolume, sparkContainers } from './pod-defaults.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Directories } from '../ports/host.js';

interface PodTemplates {
  readonly driver: Json;
  readonly executor: Json;
  readonly conflicts: readonly TemplateConflict[];
}

/** A conflict between the user's template and ours or Spark's settings. */
interface TemplateConflict {
  readonly file: string;
  /** The path in the template: `spec.securityContext.runAsUser`. */
  readonly field: string;
  readonly theirs: unknown;
  readonly winner: 'ours' | 'theirs';
  readonly why: string;
}

type Clash = (field: string, theirs: unknown, why: string, winner?: 'ours' | 'theirs') => void;

/** Merges our templates with the user's: ours wins for security and for fields that Spark depends on, else the user's. */
export function podTemplates(job: SparkJob): PodTemplates {
  const conflicts: TemplateConflict[] = [];
  const merge = (role: RoleName): Json =>
    mergeTemplate(job, role, (field, theirs, why, winner = 'ours') => {
      const file = job[role].podTemplate?.file;
      if (file !== undefined && theirs !== undefined) conflicts.push({ file, field, theirs, winner, why });
    });
  return { driver: merge('driver'), executor: merge('executor'), conflicts };
}

/** `driver.yaml: spec.hostNetwork true is ignored: …`. */
export function describeConflict({ file, field, theirs, winner, why }: TemplateConflict): string {
  const value = JSON.stringify(theirs) as string | undefined;
  const shown = value === undefined || value.length > 60 ? '' : ` ${value}`;
  return `${file}: ${field}${shown} ${winner === 'ours' ? 'is ignored' : 'overrides ours'}: ${why}`;
}

const restricted = 'Pod Security restricted does not allow it';
const hostFields = ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers'];
const sparksFields = ['serviceAccountName', 'serviceAccount', 'restartPolicy'];

function mergeTemplate(job: SparkJob, role: RoleName, clash: Clash): Json {
  const pod = job[role].podTemplate?.pod ?? {};
  const spec = objectAt(pod, 'spec');
  const containers = listAt(spec, 'containers');
  // Spark's own container: the one with its name, else the only one
  const named = containers.find(({ name }) => name === sparkContainers[role]);
  const own = named ?? (containers.length === 1 ? containers[0] : undefined) ?? {};
  const { volumes, mounts } = mergeVolumes(job, role, listAt(spec, 'volumes'), listAt(own, 'volumeMounts'), clash);
  const initContainers = listAt(spec, 'initContainers').map((one, index) =>
    hardenContainer(one, `spec.initContainers[${String(index)}]`, clash),
  );
  const sidecars = containers
    .filter((one) => one !== own)
    .map((one) => hardenContainer(one, `spec.containers[${String(one['name'])}]`, clash));
  const tolerations = [...listAt(spec, 'tolerations'), ...job.tolerations.map((toleration) => ({ ...toleration }))];
  const rest = without(spec, [...hostFields, ...sparksFields], (field, value) => {
    if (hostFields.includes(field) ? value === false : value === 'Never') return;
    const why = field === 'restartPolicy' ? 'Spark sets it to Never' : "use the application's serviceAccount";
    clash(`spec.${field}`, value, hostFields.includes(field) ? restricted : why);
  });
  const merged = {
    ...rest,
    enableServiceLinks: spec['enableServiceLinks'] ?? false,
    securityContext: mergePodSecurity(objectAt(spec, 'securityContext'), clash),
    ...(initContainers.length === 0 ? {} : { initContainers }),
    containers: [mergeContainer(role, own, mounts, clash), ...sidecars],
    volumes,
    ...(tolerations.length === 0 ? {} : { tolerations }),
    ...(role === 'executor' ? { automountServiceAccountToken: false } : {}),
  };
  if (spec['enableServiceLinks'] === true)
    clash('spec.enableServiceLinks', true, 'the pod gets variables for each service of the namespace', 'theirs');
  if (role === 'executor' && spec['automountServiceAccountToken'] === true)
    clash('spec.automountServiceAccountToken', true, 'executors never use the API server');
  const metadata = mergeMetadata(objectAt(pod, 'metadata'), clash);
  const head = { apiVersion: 'v1', kind: 'Pod', ...(Object.keys(metadata).length === 0 ? {} : { metadata }) };
  return { ...head, spec: merged };
}

function mergeMetadata(metadata: Json, clash: Clash): Json {
  const theirs = objectAt(metadata, 'labels');
  const labels = without(theirs, Object.keys(theirs).filter(isOurLabel), (key, value) => {
    clash(`metadata.labels.${key}`, value, 'the label identifies the run');
  });
  const rest = without(metadata, ['labels', 'name', 'generateName', 'namespace'], (field, value) => {
    if (field !== 'labels') clash(`metadata.${field}`, value, 'pods are named after their run');
  });
  return { ...rest, ...(Object.keys(labels).length === 0 ? {} : { labels }) };
}

/** Any user except root is allowed; the image accepts unknown ones. */
function mergePodSecurity(theirs: Json, clash: Clash): Json {
  const merged: Record<string, unknown> = { ...theirs, ...defaultPodSecurity };
  for (const [field, value] of Object.entries(defaultPodSecurity)) {
    const said = theirs[field];
    if (said === undefined || JSON.stringify(said) === JSON.stringify(value)) continue;
    if (typeof value === 'number' && typeof said === 'number' && said > 0) merged[field] = said;
    else clash(`spec.securityContext.${field}`, said, restricted);
  }
  return merged;
}

function mergeVolumes(
  job: SparkJob,
  role: RoleName,
  theirs: readonly Json[],
  mounts: readonly Json[],
  clash: Clash,
): { readonly volumes: readonly Json[]; readonly mounts: readonly Json[] } {
  const names = new Set(theirs.map(({ name }) => name));
  const paths = new Set(mounts.map(({ mountPath }) => mountPath));
  for (const { path } of scratchVolume)
    if (paths.has(path)) clash(`volumeMounts ${path}`, path, 'it only needs to be writable', 'theirs');
  const ours = scratchVolume.filter(({ path }) => !paths.has(path));
  const [added, reused] = [false, true].map((isTheirs) => ours.filter(({ name }) => names.has(name) === isTheirs));
  const claims = job.volumes.flatMap((volume) =>
    volume.kind === 'on-demand' && volume.on.includes(role) ? [volume] : [],
  );
  return {
    volumes: [...theirs, ...(added ?? []).map(({ name }) => ({ name, emptyDir: {} })), ...claims.map(describeClaim)],
    mounts: [
      ...mounts,
      ...[...(added ?? []), ...(reused ?? [])].map(({ name, path }) => ({ name, mountPath: path })),
      ...claims.map(({ name, path, readOnly }) => ({ name, mountPath: path, ...(readOnly ? { readOnly } : {}) })),
    ],
  };
}

/**
 * An on-demand claim is a generic ephemeral volume, not Spark's own OnDemand: Kubernetes creates and removes it with the pod,
 * so the driver needs no rights to claims. https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/
 */
function describeClaim({ name, size, storageClass }: JobVolume & { readonly kind: 'on-demand' }): Json {
  const spec = {
    accessModes: ['ReadWriteOnce'],
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    resources: { requests: { storage: size } },
  };
  return { name, ephemeral: { volumeClaimTemplate: { metadata: { labels: ownLabels() }, spec } } };
}

/** What a container's security context may say under Pod Security `restricted`; other fields are the user's. */
const allowed: Readonly<Record<string, (value: unknown) => boolean>> = {
  privileged: (value) => value === false,
  procMount: (value) => value === 'Default',
  runAsUser: (value) => typeof value === 'number' && value > 0,
  runAsNonRoot: (value) => value === true,
  seccompProfile: (value) => ['RuntimeDefault', 'Localhost'].includes(String((value as Json | null)?.['type'])),
  allowPrivilegeEscalation: (value) => value !== true,
};

/** Makes a container comply with Pod Security `restricted`; keeps its other fields. */
function hardenContainer(container: Json, field: string, clash: Clash): Json {
  const said = objectAt(container, 'securityContext');
  const unsafe = Object.keys(said).filter((name) => allowed[name]?.(said[name]) === false);
  const kept = without(said, unsafe, (name, value) => {
    clash(`${field}.securityContext.${name}`, value, restricted);
  });
  const added = listOf(objectAt(said, 'capabilities')['add']).filter((capability) => capability !== 'NET_BIND_SERVICE');
  if (added.length > 0) clash(`${field}.securityContext.capabilities.add`, added, restricted);
  const ports = listAt(container, 'ports').map((port) =>
    without(port, ['hostPort', 'hostIP'], (name, value) => {
      clash(`${field}.ports.${name}`, value, restricted);
    }),
  );
  return {
    ...container,
    ...(ports.length === 0 ? {} : { ports }),
    securityContext: { ...kept, ...defaultContainerSecurity },
  };
}

/** Spark's own container: drops fields that Spark or the image sets. */
function mergeContainer(role: RoleName, own: Json, volumeMounts: readonly Json[], clash: Clash): Json {
  const name = typeof own['name'] === 'string' ? own['name'] : sparkContainers[role];
  const field = `spec.containers[${name}]`;
  const { securityContext, ...hard } = hardenContainer(own, field, clash);
  const rest = without(hard, ['image', 'imagePullPolicy', 'command', 'args'], (key, value) => {
    const why = key.startsWith('image') ? "the application's image is used" : "the image's entry point starts Spark";
    clash(`${field}.${key}`, value, why);
  });
  const env = listAt(own, 'env').filter((variable) => {
    if (!sparkVariables.test(String(variable['name']))) return true;
    clash(`${field}.env.${String(variable['name'])}`, variable['value'], 'Spark sets this variable itself');
    return false;
  });
  for (const kind of ['requests', 'limits']) {
    const asked = objectAt(objectAt(own, 'resources'), kind);
    for (const what of ['cpu', 'memory'])
      clash(`${field}.resources.${kind}.${what}`, asked[what], 'Spark sets it from memory, overhead and cores');
  }
  if (objectAt(own, 'securityContext')['readOnlyRootFilesystem'] === false)
    clash(`${field}.securityContext.readOnlyRootFilesystem`, false, 'write to volumes instead');
  return {
    ...rest,
    ...(own['env'] === undefined ? {} : { env }),
    name,
    securityContext: { ...(securityContext as Json), readOnlyRootFilesystem: true },
    volumeMounts,
  };
}

interface MountedTemplates {
  readonly 'driver-template.yaml': string;
  readonly 'executor-template.yaml': string;
}

/** The templates that a submit Job mounts, from kustomize/run. */
export async function readPodTemplates({
  directories,
}: {
  readonly directories: Pick<Directories, 'package'>;
}): Promise<MountedTemplates> {
  const text = await readFile(join(directories.package, 'kustomize', 'run', 'settings.yaml'), 'utf8');
  const { data } = parse(text) as { data: MountedTemplates };
  return {
    'driver-template.yaml': data['driver-template.yaml'],
    'executor-template.yaml': data['executor-template.yaml'],
  };
}
