/**
 * One Spark job, resolved and validated: flags and spark-dev.yaml with every default decided. Everything made from a job
 * (properties, pod templates, the image layer, the fit) is a pure function of this value.
 */
export interface SparkJob {
  readonly name: JobName;
  readonly main: JobMain;
  /** Passed to the application unchanged. */
  readonly arguments: readonly string[];
  /** Spark version that the image must have, `4.3.0`; any when undefined. */
  readonly sparkVersion: string | undefined;
  readonly deployMode: DeployMode;
  /** Custom base image in the cluster. */
  readonly image: string | undefined;
  /** The current namespace when undefined. */
  readonly namespace: string | undefined;
  /** The namespace's default account when undefined. */
  readonly serviceAccount: string | undefined;
  readonly driver: JobRole;
  readonly executor: ExecutorRole;
  /** `spark.executor.instances`; with dynamic allocation the initial number. */
  readonly executors: number;
  readonly dynamicAllocation: DynamicAllocation | undefined;
  /** Spark properties in addition to the model's own; none contradicts the model. */
  readonly conf: Readonly<Record<string, string>>;
  /** For driver and executors, under their own names: `--files`, `--jars`, `--py-files`, `--archives`. */
  readonly files: readonly JobFile[];
  readonly jars: readonly JobFile[];
  readonly pyFiles: readonly JobFile[];
  /** Absolute paths of folders given as `--py-files`: all their Python sources. */
  readonly pyFolders: readonly string[];
  readonly archives: readonly JobFile[];
  /** The folder that relative paths in the program start at. */
  readonly working: string;
  /** Files and folders of this machine that driver and executors find by the same relative paths; absolute. */
  readonly data: readonly string[];
  /** On the cluster, driver and executors share one working folder, and what the program wrote there comes back. */
  readonly sharesFolder: boolean;
  readonly sources: OwnSources;
  /** Python packages that the program needs. */
  readonly requirements: PythonRequirements;
  readonly secrets: readonly JobSecret[];
  readonly volumes: readonly JobVolume[];
  readonly tolerations: readonly Toleration[];
}

/** What was written for the program: empty where that is not read, as for a jar. */
export interface OwnSources {
  /** The program's own file first. */
  readonly texts: readonly SourceText[];
  /** Paths of modules and packages that stay here. */
  readonly tooLarge: readonly string[];
}

export interface SourceText {
  readonly path: string;
  readonly text: string;
  /** Of a Python module that comes along: its place on Python's path, `lib/deep.py`. */
  readonly module?: string;
}

/** What a Python program needs besides Spark. Absolute paths. */
export interface PythonRequirements {
  /** Requirement specifiers as pip takes them, and wheels: `pandas>=2`, `/home/ann/dist/own-1.0-py3-none-any.whl`. */
  readonly named: readonly string[];
  /** Requirements files. */
  readonly files: readonly string[];
  /** pyproject.toml files, of which `project.dependencies` count. */
  readonly projects: readonly string[];
}

export interface JobName {
  /** As the user wrote it; kept as the annotation `spark-dev/app`. */
  readonly written: string;
  /** The form that Kubernetes accepts in names and labels. */
  readonly slug: string;
}

export const deployModes = ['cluster', 'client'] as const;
export type DeployMode = (typeof deployModes)[number];

/** The values of `--lang`. */
export const languages = ['scala', 'python'] as const;
export type Language = (typeof languages)[number];

/** What is submitted, or what it is built from. `class` is a class in the image or in one of the jars; Python may be a notebook. */
export type JobMain =
  | ScalaMain
  | { readonly kind: 'java'; readonly source: string; readonly mainClass: string }
  | { readonly kind: 'sql'; readonly source: string }
  | {
      readonly kind: 'project';
      readonly tool: 'maven' | 'sbt';
      readonly folder: string;
      readonly mainClass: string | undefined;
    }
  | { readonly kind: 'jar'; readonly at: FileLocation; readonly mainClass: string | undefined }
  | { readonly kind: 'class'; readonly mainClass: string }
  | ({ readonly kind: 'python'; readonly at: FileLocation } & PythonModules)
  | { readonly kind: 'r'; readonly at: FileLocation };

interface ScalaMain {
  readonly kind: 'scala';
  readonly source: string;
  readonly mainClass: string;
  /** Files that are compiled with it. */
  readonly siblings?: readonly string[];
}

/** Only for a program on this machine. */
interface PythonModules {
  /** Folders in which driver and workers look for modules, in this order. */
  readonly roots?: readonly string[];
  /** Runs as `python -m` does; the file is the one of this module. */
  readonly module?: string;
}

/** What spark-submit receives. */
export type BuiltMain = Extract<JobMain, { kind: 'jar' | 'class' | 'python' | 'r' }>;

/** Where a file is: on this machine (absolute path), in the image (`local://` and the path), or at a URL that Spark fetches. */
export type FileLocation =
  | { readonly where: 'here'; readonly path: string }
  | { readonly where: 'image'; readonly path: string }
  | { readonly where: 'remote'; readonly url: string };

/** `as` is the part after `#`: the name under which Spark stores the file. */
export interface JobFile {
  readonly at: FileLocation;
  readonly as: string | undefined;
}

/** The lists of files for driver and executors. */
export const fileLists = ['files', 'jars', 'pyFiles', 'archives'] as const;

/** Every file of the job and its place in the model; the application comes last. */
export function listJobFiles(
  job: Pick<SparkJob, (typeof fileLists)[number] | 'main'>,
): readonly { readonly path: readonly string[]; readonly at: FileLocation }[] {
  const lists = fileLists.flatMap((list) => job[list].map(({ at }, index) => ({ path: [list, String(index)], at })));
  return 'at' in job.main ? [...lists, { path: ['path'], at: job.main.at }] : lists;
}

export const roleNames = ['driver', 'executor'] as const;
export type RoleName = (typeof roleNames)[number];

/** One kind of pod; settings for both roles appear in both. */
export interface JobRole {
  /** `spark.*.memory`, the heap; the least that Spark takes when undefined. */
  readonly memoryMb: number | undefined;
  /** `spark.*.cores`; undefined means one task, and a CPU request that depends on the room. */
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

/** A pod of the user's, parsed and checked; pod-templates.ts decides what is kept of it. */
export interface UserPodTemplate {
  /** Absolute path, for problems and conflicts. */
  readonly file: string;
  readonly pod: Readonly<Record<string, unknown>>;
}

/** Always with shuffle tracking, since nothing else keeps shuffle files on Kubernetes. */
export interface DynamicAllocation {
  readonly min: number;
  readonly max: number;
}

/** An entry of a Secret in the job's namespace; never a value. */
export type JobSecret = { readonly on: readonly RoleName[]; readonly secret: string } & (
  | { readonly kind: 'env'; readonly variable: string; readonly key: string }
  | { readonly kind: 'mounted'; readonly path: string }
);

export type JobVolume = {
  readonly name: string;
  readonly path: string;
  readonly readOnly: boolean;
  readonly on: readonly RoleName[];
} & VolumeSource;

/** `medium: Memory` is a tmpfs; `on-demand` is a new claim for each pod, deleted with it. Sizes are Kubernetes quantities. */
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
