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
