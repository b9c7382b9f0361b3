import type { JobVolume, RoleName, SparkJob } from '../job/job.js';
import { ownLabels } from '../kube/labels.js';

type Json = Readonly<Record<string, unknown>>;

/** Spark's default name of its container, without a template. */
export const sparkContainers = { driver: 'spark-kubernetes-driver', executor: 'spark-kubernetes-executor' } as const;

/** The pod fields for Pod Security `restricted`, and the image's user. */
export const defaultPodSecurity = {
  runAsNonRoot: true,
  runAsUser: 185,
  runAsGroup: 185,
  fsGroup: 185,
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** The container fields for Pod Security `restricted`. */
export const defaultContainerSecurity = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } as const;

/** Writable folders despite the read-only root file system. */
export const scratchVolume = [
  { name: 'tmp', path: '/tmp' },
  { name: 'work', path: '/opt/spark/work-dir' },
] as const;

/** The job's settings for a template that Spark has no property for. */
export interface DefaultPod {
  readonly tolerations: readonly Json[];
  readonly volumes: readonly { readonly volume: Json; readonly mount: Json }[];
}

/**
 * An on-demand claim is a generic ephemeral volume, not Spark's own OnDemand: Kubernetes creates and removes it with the pod,
 * so the driver needs no rights to claims. https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/
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
