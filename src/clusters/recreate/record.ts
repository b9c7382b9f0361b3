import { basename, join } from 'node:path';
import { z } from 'zod';
import { readEntry } from '../../journal/journal.js';
import { type KubectlTool, kubectl } from '../../kube/kubectl.js';
import type { Directories, Host } from '../../ports/host.js';
import type { Argv, RunOptions, RunResult } from '../../ports/runner.js';
import { describeKubectl, describeMinikube, type HostPrograms } from '../programs.js';
import type { MinikubeCluster, MinikubeProfile } from '../minikube/argv.js';
import { ownSelector } from '../../kube/labels.js';

/** In order; the journal names the current step. */
export const recreationSteps = [
  'pause',
  'save-objects',
  'save-claims',
  'save-images',
  'delete',
  'start',
  'restore-images',
  'restore-objects',
  'restore-claims',
  'verify',
  'wake',
  'tidy',
] as const;

export type RecreationStep = (typeof recreationSteps)[number];

const named = { namespace: z.string(), name: z.string() };
const strings = z.array(z.string()).readonly();

const planSchema = z.object({
  size: z.object({ cpus: z.number(), memoryMb: z.number() }),
  /** Namespaces whose objects are restored. */
  namespaces: strings,
  workloads: z
    .array(
      z.object({
        kind: z.enum(['Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet', 'CronJob']),
        ...named,
        /** The number before the pause; only for scalable kinds. */
        replicas: z.number().exactOptional(),
      }),
    )
    .readonly(),
  mortals: z.array(z.object({ kind: z.enum(['Job', 'Pod']), ...named })).readonly(),
  /** Claims whose files are saved, each with its directory in the node. */
  claims: z.array(z.object({ ...named, path: z.string() })).readonly(),
  images: strings,
  /** Settings of the profile other than its size: flags of `minikube start`, and non-default addons. */
  settings: z.object({ driver: z.string(), containerRuntime: z.string(), flags: strings, addons: strings }),
});

/** Everything that a later call needs to continue; it does not look anything up again. */
export type RecreationPlan = z.infer<typeof planSchema>;

/** Objects that keep pods running. */
export type Workload = RecreationPlan['workloads'][number];

/** Pods that no controller recreates. */
export type UnmanagedPod = RecreationPlan['mortals'][number];
export type SavedClaim = RecreationPlan['claims'][number];
export type ProfileSettings = RecreationPlan['settings'];

/** By file name, because the home can move; earlier versions wrote paths. */
const archives = z
  .record(z.string(), z.object({ sha256: z.string(), bytes: z.number() }))
  .transform((noted) => Object.fromEntries(Object.entries(noted).map(([path, one]) => [basename(path), one])));

export type Archives = z.infer<typeof archives>;

const recordSchema = z.object({ step: z.enum(recreationSteps), plan: planSchema, archives });

export type RecreationRecord = z.infer<typeof recordSchema>;

export function readRecreation(host: Host): Promise<RecreationRecord | undefined> {
  return readEntry(host, 'recreate-cluster', recordSchema);
}

/** The files of the saved data. */
export function recreationFolder({ data }: Pick<Directories, 'data'>) {
  const root = join(data, 'recreate');
  return {
    root,
    objects: join(root, 'objects.json'),
    ownRights: join(root, 'own-rights.json'),
    images: join(root, 'images.tar'),
    secrets: (namespace: string) => join(root, `secrets-of-${namespace}.json`),
    claim: ({ namespace, name }: Omit<SavedClaim, 'path'>) => join(root, `claim-${namespace}.${name}.tar`),
  };
}

/** What the commands of the steps depend on. */
export interface RecreationTools {
  readonly plan: RecreationPlan;
  /** The start with the new size, for a dry run only: otherwise init plans it. */
  readonly start: readonly Argv[];
  readonly folder: ReturnType<typeof recreationFolder>;
  /** With the driver of its node. */
  readonly cluster: MinikubeCluster & { readonly driver: string };
  readonly kubectl: KubectlTool;
  /** The folder with the manifests that init writes for jobs. */
  readonly rights: string;
}

export function describeTools(
  host: Host,
  programs: HostPrograms,
  { driver }: Pick<ProfileSettings, 'driver'>,
): Omit<RecreationTools, 'plan' | 'start'> {
  return {
    folder: recreationFolder(host.directories),
    cluster: { ...describeMinikube(host, programs), driver },
    kubectl: describeKubectl(host, programs),
    rights: join(host.directories.package, 'kustomize', 'rights'),
  };
}

/** Shared by the steps. */
export interface RecreationContext extends RecreationTools {
  readonly host: Host;
  /** Grows with each saved file; kept in the journal. */
  readonly archives: Archives;
  readonly programs: HostPrograms;
  readonly options: { readonly env: MinikubeCluster['env']; readonly signal: AbortSignal; readonly logFile: string };
  readonly run: (argv: Argv, more?: RunOptions) => Promise<RunResult>;
}

/** One step: what a dry run prints, and the code for it. */
interface RecreationAct {
  readonly title: string;
  readonly why: (folder: string) => string;
  /** In this order; without commands, a dry run leaves the step out. */
  readonly commands: (tools: RecreationTools) => readonly Argv[];
  /** Can be repeated after an interruption at any point; a returned text becomes the step's note. */
  readonly apply: (
    context: RecreationContext,
    running: { readonly commands: readonly Argv[]; readonly progress: (note: string) => void },
  ) => Promise<unknown>;
}

/** The acts of some steps, in order. */
export type RecreationActs<Steps extends RecreationStep> = Readonly<Record<Steps, RecreationAct>>;

/** All kinds that may be kept, and those needed to decide. Secrets are read separately, into their own file. */
const kinds = [
  'namespaces,serviceaccounts,configmaps,services,persistentvolumeclaims,persistentvolumes,roles,rolebindings',
  'networkpolicies,resourcequotas,limitranges,poddisruptionbudgets,horizontalpodautoscalers,ingresses',
  'deployments,statefulsets,daemonsets,replicasets,cronjobs,jobs,pods',
].join(',');

export function getAllArgv(tool: KubectlTool, what: string): Argv {
  return kubectl(tool).get(what, '--all-namespaces', '--output=json');
}

/** The second reads the cluster-wide rights, which are in no namespace. */
export function getObjectsArgvs(tool: KubectlTool): readonly [Argv, Argv] {
  return [
    getAllArgv(tool, kinds),
    kubectl(tool).get('clusterroles,clusterrolebindings', `--selector=${ownSelector}`, '--output=json'),
  ];
}

/** The commands that read the objects, Secrets included; each with the file for its output. */
export function listQuestions({
  kubectl: tool,
  plan,
  folder,
}: RecreationTools): readonly { readonly argv: Argv; readonly file: string }[] {
  const [everything, ownRights] = getObjectsArgvs(tool);
  return [
    { argv: everything, file: folder.objects },
    { argv: ownRights, file: folder.ownRights },
    ...plan.namespaces.map((namespace) => ({
      argv: kubectl(tool, namespace).get('secrets', '--output=json'),
      file: folder.secrets(namespace),
    })),
  ];
}

/** Runs programs inside the node, as root. */
export interface NodeAccess extends MinikubeProfile {
  readonly driver: string;
}

export function isContainer({ driver }: Pick<NodeAccess, 'driver'>): boolean {
  return driver === 'docker' || driver === 'podman';
}

function insideArgv(node: NodeAccess): Argv {
  if (isContainer(node)) return [node.driver, 'exec', '--interactive', node.profile];
  return [node.minikube, 'ssh', '--profile', node.profile, '--native-ssh=false', '--', 'sudo'];
}

/** Disk usage in bytes, one line for each directory. */
export function measureArgv(node: NodeAccess, paths: readonly string[]): Argv {
  return [...insideArgv(node), 'du', '--summarize', '--block-size=1', ...paths];
}

function tarArgv(node: NodeAccess, path: string, does: string, ...how: readonly string[]): Argv {
  return [...insideArgv(node), 'tar', does, '--file=-', ...how, `--directory=${path}`];
}

/** posix format: keeps fractions of a second and long names; sparse files stay sparse. */
export function packArgv(node: NodeAccess, path: string): Argv {
  const how = ['--format=posix', '--numeric-owner', '--sparse', '--sort=name'];
  return [...tarArgv(node, path, '--create', ...how), '.'];
}

export function unpackArgv(node: NodeAccess, path: string): Argv {
  return tarArgv(node, path, '--extract', '--numeric-owner', '--same-owner', '--preserve-permissions');
}

/** Compares contents, owners, modes, times and links of each file; with exit code 1 it lists the differences. */
export function compareArgv(node: NodeAccess, path: string): Argv {
  return tarArgv(node, path, '--compare', '--numeric-owner');
}
