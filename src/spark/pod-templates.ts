import { isOurLabel } from '../job/conf-rules.js';
import {
  hardenContainer,
  mergeContainer,
  restricted,
  type FieldConflict,
  type TemplateConflict,
} from './harden-container.js';
import type { JobRole, RoleName, SparkJob, UserPodTemplate } from '../job/job.js';
import { defaultPod, defaultPodSecurity, scratchVolume, type DefaultPod, sparkContainers } from './pod-defaults.js';
import { listAt, objectAt, without, type Json } from '../job/plain-json.js';

export interface PodTemplates {
  readonly driver: Json;
  readonly executor: Json;
  readonly conflicts: readonly TemplateConflict[];
}

/** Merges our templates with the user's: ours wins for security and for fields that Spark depends on, else the user's. */
export function podTemplates(job: SparkJob): PodTemplates {
  const driver = mergeTemplate('driver', job.driver, defaultPod(job, 'driver'));
  const executor = mergeTemplate('executor', job.executor, defaultPod(job, 'executor'));
  return { driver: driver.pod, executor: executor.pod, conflicts: [...driver.conflicts, ...executor.conflicts] };
}

/** `driver.yaml: spec.hostNetwork true is ignored: …`. */
export function describeConflict({ file, field, theirs, winner, why }: TemplateConflict): string {
  const value = JSON.stringify(theirs) as string | undefined;
  const shown = value === undefined || value.length > 60 ? '' : ` ${value}`;
  return `${file}: ${field}${shown} ${winner === 'ours' ? 'is ignored' : 'overrides ours'}: ${why}`;
}

function mergeTemplate(
  role: RoleName,
  { podTemplate }: Pick<JobRole, 'podTemplate'>,
  ours: DefaultPod,
): { readonly pod: Json; readonly conflicts: readonly TemplateConflict[] } {
  const conflicts: TemplateConflict[] = [];
  const clash: FieldConflict = (field, theirs, why, winner = 'ours') => {
    if (podTemplate !== undefined && theirs !== undefined)
      conflicts.push({ file: podTemplate.file, field, theirs, winner, why });
  };
  const pod = podTemplate?.pod ?? {};
  const spec = objectAt(pod, 'spec');
  const { own, others } = findContainers(role, podTemplate);
  const volumes = mergeVolumes(listAt(spec, 'volumes'), listAt(own, 'volumeMounts'), ours, clash);
  const initContainers = listAt(spec, 'initContainers').map((one, index) =>
    hardenContainer(one, `spec.initContainers[${String(index)}]`, clash),
  );
  const sidecars = others.map((one) => hardenContainer(one, `spec.containers[${String(one['name'])}]`, clash));
  const tolerations = [...listAt(spec, 'tolerations'), ...ours.tolerations];
  const merged: Record<string, unknown> = {
    ...without(spec, hostFields, (field, value) => {
      if (value !== false) clash(`spec.${field}`, value, restricted);
    }),
    enableServiceLinks: spec['enableServiceLinks'] ?? false,
    securityContext: mergePodSecurity(objectAt(spec, 'securityContext'), clash),
    ...(initContainers.length === 0 ? {} : { initContainers }),
    containers: [mergeContainer(role, own, volumes.mounts, clash), ...sidecars],
    volumes: volumes.volumes,
    ...(tolerations.length === 0 ? {} : { tolerations }),
  };
  if (spec['enableServiceLinks'] === true)
    clash('spec.enableServiceLinks', true, 'the pod gets variables for each service of the namespace', 'theirs');
  for (const field of ['serviceAccountName', 'serviceAccount', 'restartPolicy'] as const) {
    const why = field === 'restartPolicy' ? 'Spark sets it to Never' : "use the application's serviceAccount";
    if (merged[field] !== 'Never') clash(`spec.${field}`, merged[field], why);
    Reflect.deleteProperty(merged, field);
  }
  if (role === 'executor') {
    if (spec['automountServiceAccountToken'] === true)
      clash('spec.automountServiceAccountToken', true, 'executors never use the API server');
    merged['automountServiceAccountToken'] = false;
  }
  const metadata = mergeMetadata(objectAt(pod, 'metadata'), clash);
  const head = { apiVersion: 'v1', kind: 'Pod', ...(Object.keys(metadata).length === 0 ? {} : { metadata }) };
  return { pod: { ...head, spec: merged }, conflicts };
}

const hostFields = ['hostNetwork', 'hostPID', 'hostIPC', 'hostUsers'];

function mergeMetadata(metadata: Json, clash: FieldConflict): Json {
  const labels = without(
    objectAt(metadata, 'labels'),
    Object.keys(objectAt(metadata, 'labels')).filter(isOurLabel),
    (key, value) => {
      clash(`metadata.labels.${key}`, value, 'the label identifies the run');
    },
  );
  const rest = without(metadata, ['labels', 'name', 'generateName', 'namespace'], (field, value) => {
    if (field !== 'labels') clash(`metadata.${field}`, value, 'pods are named after their run');
  });
  return { ...rest, ...(Object.keys(labels).length === 0 ? {} : { labels }) };
}

/** Any user except root is allowed; the image accepts unknown ones. */
function mergePodSecurity(theirs: Json, clash: FieldConflict): Json {
  const merged: Record<string, unknown> = { ...theirs, ...defaultPodSecurity };
  for (const [field, value] of Object.entries(defaultPodSecurity)) {
    const said = theirs[field];
    if (said === undefined || JSON.stringify(said) === JSON.stringify(value)) continue;
    const goes = ['runAsUser', 'runAsGroup', 'fsGroup'].includes(field) && typeof said === 'number' && said > 0;
    if (goes) merged[field] = said;
    else clash(`spec.securityContext.${field}`, said, restricted);
  }
  return merged;
}

function mergeVolumes(
  theirs: readonly Json[],
  mounts: readonly Json[],
  ours: DefaultPod,
  clash: FieldConflict,
): { readonly volumes: readonly Json[]; readonly mounts: readonly Json[] } {
  const names = new Set(theirs.map(({ name }) => name));
  const paths = new Set(mounts.map(({ mountPath }) => mountPath));
  const scratch = scratchVolume.filter(({ name, path }) => {
    if (paths.has(path)) clash(`volumeMounts ${path}`, path, 'it only needs to be writable', 'theirs');
    return !paths.has(path) && !names.has(name);
  });
  const reused = scratchVolume.filter(({ name, path }) => !paths.has(path) && names.has(name));
  return {
    volumes: [
      ...theirs,
      ...scratch.map(({ name }) => ({ name, emptyDir: {} })),
      ...ours.volumes.map(({ volume }) => volume),
    ],
    mounts: [
      ...mounts,
      ...[...scratch, ...reused].map(({ name, path }) => ({ name, mountPath: path })),
      ...ours.volumes.map(({ mount }) => mount),
    ],
  };
}

/** Spark's own container: the one with its name, else the only one. */
function findContainers(
  role: RoleName,
  template: UserPodTemplate | undefined,
): { readonly own: Json; readonly others: readonly Json[] } {
  const containers = listAt(objectAt(template?.pod ?? {}, 'spec'), 'containers');
  const own =
    containers.find(({ name }) => name === sparkContainers[role]) ??
    (containers.length === 1 ? containers[0] : undefined);
  return { own: own ?? {}, others: containers.filter((one) => one !== own) };
}
