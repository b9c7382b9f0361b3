import type { RoleName } from '../job/job.js';
import { defaultContainerSecurity, sparkContainers } from './pod-defaults.js';
import { listAt, listOf, objectAt, without, type Json } from '../job/plain-json.js';

/** A conflict between the user's template and ours or Spark's settings. */
export interface TemplateConflict {
  readonly file: string;
  /** The path in the template: `spec.securityContext.runAsUser`. */
  readonly field: string;
  readonly theirs: unknown;
  readonly winner: 'ours' | 'theirs';
  readonly why: string;
}

export type FieldConflict = (field: string, theirs: unknown, why: string, winner?: 'ours' | 'theirs') => void;

export const restricted = 'Pod Security restricted does not allow it';

/** Makes a container comply with Pod Security `restricted`; keeps its other fields. */
export function hardenContainer(container: Json, field: string, clash: FieldConflict): Json {
  const said = objectAt(container, 'securityContext');
  const unsafe = without(said, ['privileged', 'procMount'], (name, value) => {
    if (value !== false && value !== 'Default') clash(`${field}.securityContext.${name}`, value, restricted);
  });
  const rest = without(unsafe, ['runAsUser', 'runAsNonRoot', 'seccompProfile'], (name, value) => {
    if (!isAllowed(name, value)) clash(`${field}.securityContext.${name}`, value, restricted);
  });
  const kept = Object.fromEntries(
    Object.entries(unsafe).filter(([name, value]) => !(name in rest) && isAllowed(name, value)),
  );
  if (said['allowPrivilegeEscalation'] === true)
    clash(`${field}.securityContext.allowPrivilegeEscalation`, true, restricted);
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
    securityContext: { ...rest, ...kept, ...defaultContainerSecurity },
  };
}

function isAllowed(field: string, value: unknown): boolean {
  if (field === 'runAsUser') return typeof value === 'number' && value > 0;
  if (field === 'runAsNonRoot') return value === true;
  return ['RuntimeDefault', 'Localhost'].includes(String((value as Json | undefined)?.['type']));
}

/** Spark's own container: drops fields that Spark or the image sets. */
export function mergeContainer(role: RoleName, own: Json, volumeMounts: readonly Json[], clash: FieldConflict): Json {
  const name = typeof own['name'] === 'string' ? own['name'] : sparkContainers[role];
  const field = `spec.containers[${name}]`;
  const hard = hardenContainer(own, field, clash);
  const rest = without(hard, ['image', 'imagePullPolicy', 'command', 'args'], (key, value) => {
    const why = key.startsWith('image') ? "the application's image is used" : "the image's entry point starts Spark";
    clash(`${field}.${key}`, value, why);
  });
  for (const kind of ['requests', 'limits']) {
    const asked = objectAt(objectAt(own, 'resources'), kind);
    for (const what of ['cpu', 'memory'])
      clash(`${field}.resources.${kind}.${what}`, asked[what], 'Spark sets it from memory, overhead and cores');
  }
  const securityContext = { ...(rest['securityContext'] as Json), readOnlyRootFilesystem: true };
  if (objectAt(own, 'securityContext')['readOnlyRootFilesystem'] === false)
    clash(`${field}.securityContext.readOnlyRootFilesystem`, false, 'write to volumes instead');
  return { ...rest, name, securityContext, volumeMounts };
}
