import type { V1Pod } from '@kubernetes/client-node';
import type { SparkJob } from '../../job/job.js';

/** kubectl's names, and what we call one of them. */
export const templateKinds = {
  configmaps: 'ConfigMap',
  secrets: 'secret',
  persistentvolumeclaims: 'claim',
  priorityclasses: 'PriorityClass',
} as const;

interface TemplateObject {
  readonly role: 'driver' | 'executor';
  readonly kind: keyof typeof templateKinds;
  readonly name: string;
}

/** What the user's pod templates name, and without which Kubernetes starts no pod of theirs, or waits for it. */
export function listTemplateObjects(job: Pick<SparkJob, 'driver' | 'executor'>): readonly TemplateObject[] {
  return (['driver', 'executor'] as const).flatMap((role) => {
    const { volumes = [], priorityClassName } = (job[role].podTemplate?.pod as V1Pod | undefined)?.spec ?? {};
    const named: readonly (readonly [TemplateObject['kind'], string | undefined])[] = [
      ['priorityclasses', priorityClassName],
      ...volumes.flatMap(({ configMap, secret, persistentVolumeClaim: claim }) => [
        ['configmaps', configMap?.optional === true ? undefined : configMap?.name] as const,
        ['secrets', secret?.optional === true ? undefined : secret?.secretName] as const,
        ['persistentvolumeclaims', claim?.claimName] as const,
      ]),
    ];
    return named.flatMap(([kind, name]) => (name === undefined ? [] : [{ role, kind, name }]));
  });
}
