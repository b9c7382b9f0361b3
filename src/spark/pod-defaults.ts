import type { JobVolume, RoleName, SparkJob } from '../job/job.js';
import { ownLabels } from '../kube/labels.js';

type Json = Readonly<Record<string, unknown>>;

/** The container that Spark runs in, as it calls it where no template does. */
export const sparkContainers = { driver: 'spark-kubernetes-driver', executor: 'spark-kubernetes-executor' } as const;

/** What Pod Security `restricted` demands of a pod, and the user that the image is made for. */
export const defaultPodSecurity = {
  runAsNonRoot: true,
  runAsUser: 185,
  runAsGroup: 185,
  fsGroup: 185,
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** … and of each container. */
export const defaultContainerSecurity = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } as const;

/** Where the root is read-only and something must be written all the same. */
export const scratchVolume = [
  { name: 'tmp', path: '/tmp' },
  { name: 'work', path: '/opt/spark/work-dir' },
] as const;

/** What is ours of a template beside security and scratch, from the job: what Spark has no property for. */
export interface DefaultPod {
  readonly tolerations: readonly Json[];
  readonly volumes: readonly { readonly volume: Json; readonly mount: Json }[];
}

/**
 * A claim on demand is a generic ephemeral volume, and not Spark's own OnDemand: Kubernetes makes it and removes it with
 * the pod, so the driver needs no right to claims. https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/
 */
export function defaultPod(job: Pick<SparkJob, 'tolerations' | 'volumes'>, role: RoleName): DefaultPod {
  return {
    tolerations: job.tolerations.map((toleration) => ({ ...toleration })),
    volumes: job.volumes
      .filter((volume) => volume.on.includes(role))
      .flatMap((volume) => (volume.kind === 'on-demand' ? [describeClaim(volume)] : [])),
  };
}

function describeClaim(volume: JobVolume & { readonly kind: 'on-demand' }): {
  readonly volume: Json;
  readonly mount: Json;
} {
  const { name, path, readOnly, size, storageClass } = volume;
  const spec = {
    accessModes: ['ReadWriteOnce'],
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    resources: { requests: { storage: size } },
  };
  const metadata = { labels: ownLabels() };
  return {
    volume: { name, ephemeral: { volumeClaimTemplate: { metadata, spec } } },
    mount: { name, mountPath: path, ...(readOnly ? { readOnly } : {}) },
  };
}
