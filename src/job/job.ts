/**
 * One Spark job, resolved and validated: what flags and spark-dev.yaml said, with every default decided. All that is made
 * of a job (properties, pod templates, the image layer, the fit) is a pure function of this value.
 */
export interface SparkJob {
  readonly name: JobName;
  readonly main: JobMain;
  /** Handed to the application as they are. */
  readonly arguments: readonly string[];
  /** `4.3.0`: the one that the image must have; whichever it has when undefined. */
  readonly sparkVersion: string | undefined;
  readonly deployMode: DeployMode;
  /** In the cluster, to build upon in place of ours. */
  readonly image: string | undefined;
  /** The one in use when undefined. */
  readonly namespace: string | undefined;
  /** The namespace's usual one when undefined. */
  readonly serviceAccount: string | undefined;
  readonly driver: JobRole;
  readonly executor: ExecutorRole;
  /** `spark.executor.instances`; with dynamic allocation how many it begins with. */
  readonly executors: number;
  readonly dynamicAllocation: DynamicAllocation | undefined;
  /** Spark properties beside those that the model itself becomes; none of them contradicts it. */
  readonly conf: Readonly<Record<string, string>>;
  /** Handed to driver and executors under their own names: `--files`, `--jars`, `--py-files`, `--archives`. */
  readonly files: readonly JobFile[];
  readonly jars: readonly JobFile[];
  readonly pyFiles: readonly JobFile[];
  readonly archives: readonly JobFile[];
  readonly secrets: readonly JobSecret[];
  readonly volumes: readonly JobVolume[];
  readonly tolerations: readonly Toleration[];
}

export interface JobName {
  /** As the user wrote it; kept as the annotation `spark-dev/app`. */
  readonly written: string;
  /** As Kubernetes takes it in names and labels. */
  readonly slug: string;
}

export const deployModes = ['cluster', 'client'] as const;
export type DeployMode = (typeof deployModes)[number];

/** What is submitted. `scala` is a source that we compile, `class` one that lies in the image or in one of the jars. */
export type JobMain =
  | { readonly kind: 'scala'; readonly source: string; readonly mainClass: string }
  | { readonly kind: 'jar'; readonly at: Place; readonly mainClass: string | undefined }
  | { readonly kind: 'class'; readonly mainClass: string }
  | { readonly kind: 'python'; readonly at: Place }
  | { readonly kind: 'r'; readonly at: Place };

/** What spark-submit gets. */
export type BuiltMain = Exclude<JobMain, { kind: 'scala' }>;

/** Where a file is: on this machine (absolute path), in the image (`local://` and the path), or at a URL that Spark fetches. */
export type Place =
  | { readonly where: 'here'; readonly path: string }
  | { readonly where: 'image'; readonly path: string }
  | { readonly where: 'remote'; readonly url: string };

/** `as` is what stands behind a `#`: the name under which Spark lays it down. */
export interface JobFile {
  readonly at: Place;
  readonly as: string | undefined;
}

export const roleNames = ['driver', 'executor'] as const;
export type RoleName = (typeof roleNames)[number];

/** One kind of pod; what was said for both stands in both. */
export interface JobRole {
  /** `spark.*.memory`, the heap. */
  readonly memoryMb: number;
  /** `spark.*.cores`; undefined is one task, and CPU requested as there is room. */
  readonly cores: number | undefined;
  /** `spark.*.memoryOverhead`; Spark's own share of the heap when undefined. */
  readonly overheadMb: number | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly podTemplate: UserPodTemplate | undefined;
}

export interface ExecutorRole extends JobRole {
  /** `spark.executor.pyspark.memory`. */
  readonly pysparkMb: number | undefined;
  /** `spark.memory.offHeap.size`, which also enables it. */
  readonly offHeapMb: number | undefined;
}

/** A pod of the user's, read and found to be one; what of it stays is decided in pod-templates.ts. */
export interface UserPodTemplate {
  /** Absolute path; problems and conflicts name it. */
  readonly file: string;
  readonly pod: Readonly<Record<string, unknown>>;
}

/** With shuffle tracking always, since nothing else keeps shuffle files on Kubernetes. */
export interface DynamicAllocation {
  readonly min: number;
  readonly max: number;
}

/** An entry of a Secret that exists in the job's namespace; never a value. */
export type JobSecret = { readonly on: readonly RoleName[]; readonly secret: string } & (
  | { readonly kind: 'env'; readonly variable: string; readonly key: string }
  | { readonly kind: 'mounted'; readonly path: string }
);

export type JobVolume = {
  /** Of the volume in the pod. */
  readonly name: string;
  /** Where it is mounted. */
  readonly path: string;
  readonly readOnly: boolean;
  readonly on: readonly RoleName[];
} & VolumeSource;

/** `medium: Memory` is a tmpfs; `on-demand` is a new claim for each pod, which goes with it. Sizes are Kubernetes quantities. */
export type VolumeSource =
  | { readonly kind: 'empty-dir'; readonly medium: 'disk' | 'memory'; readonly sizeLimit: string | undefined }
  | { readonly kind: 'claim'; readonly claim: string }
  | { readonly kind: 'on-demand'; readonly size: string; readonly storageClass: string | undefined };

/** https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/ */
export interface Toleration {
  readonly key?: string;
  readonly operator?: 'Exists' | 'Equal';
  readonly value?: string;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
  readonly tolerationSeconds?: number;
}
