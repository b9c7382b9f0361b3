import type { CommandSpec } from '../ports/command.js';

export interface CommandEntry {
  /** One word, or two where it stands under a family: `cluster resize`. */
  readonly name: string;
  /** Calls the same by another name, of one word or two. */
  readonly alias?: string;
  readonly summary: string;
  /** The heading it stands under in the main help. */
  readonly group: 'Run' | 'Cluster' | 'Help';
  readonly load: () => Promise<CommandSpec>;
}

/** Every verb, in the order of the main help, which loads none of them; a call loads the one it names. */
export const commandEntries: readonly CommandEntry[] = [
  {
    name: 'run',
    group: 'Run',
    summary: 'Run a Spark application: on the local cluster, or embedded where there is none',
    load: async () => (await import('../commands/run.js')).run,
  },
  {
    name: 'render',
    group: 'Run',
    summary: 'Write an application as plain objects that anybody can apply to any cluster',
    load: async () => (await import('../commands/render.js')).render,
  },
  {
    name: 'overlay new',
    group: 'Run',
    summary: 'Name an application of yours in spark-dev.yaml, and show what would be deployed',
    load: async () => (await import('../commands/overlay/new.js')).overlayNew,
  },
  {
    name: 'overlay list',
    group: 'Run',
    summary: 'Show whose overlay each application has: ours, or yours since eject',
    load: async () => (await import('../commands/overlay/list.js')).overlayList,
  },
  {
    name: 'overlay show',
    group: 'Run',
    summary: 'Show the files that are deployed at each run of an application',
    load: async () => (await import('../commands/overlay/show.js')).overlayShow,
  },
  {
    name: 'overlay render',
    group: 'Run',
    summary: 'Show the objects that they come to, as kubectl kustomize writes them',
    load: async () => (await import('../commands/overlay/render.js')).overlayRender,
  },
  {
    name: 'overlay diff',
    group: 'Run',
    summary: 'Compare the objects of your overlay with those of ours',
    load: async () => (await import('../commands/overlay/diff.js')).overlayDiff,
  },
  {
    name: 'overlay eject',
    group: 'Run',
    summary: 'Make the overlay of an application yours: files in the project that runs then use',
    load: async () => (await import('../commands/overlay/eject.js')).overlayEject,
  },
  {
    name: 'shell',
    group: 'Run',
    summary: 'Open spark-shell, pyspark or spark-sql in a pod with executors of its own',
    load: async () => (await import('../commands/shell.js')).shell,
  },
  {
    name: 'verify',
    group: 'Run',
    summary: "Prove the cluster with Apache Spark's own Kubernetes tests",
    load: async () => (await import('../commands/verify.js')).verify,
  },
  {
    name: 'submit up',
    group: 'Run',
    summary: 'Keep a small pod ready, from which jobs start without a Job of their own',
    load: async () => (await import('../commands/submit/up.js')).submitUp,
  },
  {
    name: 'submit exec',
    group: 'Run',
    summary: 'Start a job from that pod: an application, or your own spark-submit line after --',
    load: async () => (await import('../commands/submit/exec.js')).submitExec,
  },
  {
    name: 'submit status',
    group: 'Run',
    summary: 'Show that pod, and the drivers at work in it',
    load: async () => (await import('../commands/submit/status.js')).submitStatus,
  },
  {
    name: 'submit down',
    group: 'Run',
    summary: 'Remove that pod',
    load: async () => (await import('../commands/submit/down.js')).submitDown,
  },
  {
    name: 'init',
    group: 'Cluster',
    summary: 'Make a real local Kubernetes for Spark, or bring it back; from package registries alone',
    load: async () => (await import('../commands/init.js')).init,
  },
  {
    name: 'status',
    alias: 'cluster status',
    group: 'Cluster',
    summary: 'Show the container engine, the cluster and what it holds',
    load: async () => (await import('../commands/status.js')).status,
  },
  {
    name: 'cluster resize',
    group: 'Cluster',
    summary: 'Give the cluster more or less CPU and memory; what runs in it goes on',
    load: async () => (await import('../commands/cluster/resize.js')).clusterResize,
  },
  {
    name: 'dashboard',
    group: 'Cluster',
    summary: 'Look at the cluster in the terminal, with k9s on the right context and namespace',
    load: async () => (await import('../commands/dashboard.js')).dashboard,
  },
  {
    name: 'down',
    group: 'Cluster',
    summary: 'Stop the cluster and keep its data; with --delete remove it',
    load: async () => (await import('../commands/down.js')).down,
  },
  {
    name: 'cluster list',
    group: 'Cluster',
    summary: 'Show all contexts of your kubeconfig: who made each, and whether it is on this machine',
    load: async () => (await import('../commands/cluster/list.js')).clusterList,
  },
  {
    name: 'cluster use',
    group: 'Cluster',
    summary: "Change kubectl's current context; no other command does",
    load: async () => (await import('../commands/cluster/use.js')).clusterUse,
  },
  {
    name: 'namespace create',
    group: 'Cluster',
    summary: 'Make a namespace in which Spark may run: restricted, with its account, rights and event logs',
    load: async () => (await import('../commands/namespace/create.js')).namespaceCreate,
  },
  {
    name: 'namespace use',
    group: 'Cluster',
    summary: 'Choose the namespace into which runs go from now on',
    load: async () => (await import('../commands/namespace/use.js')).namespaceUse,
  },
  {
    name: 'namespace list',
    group: 'Cluster',
    summary: "Show spark-dev's namespaces and what they hold",
    load: async () => (await import('../commands/namespace/list.js')).namespaceList,
  },
  {
    name: 'namespace prepare',
    group: 'Cluster',
    summary: 'Put the account, its rights and the event logs into a namespace of a shared cluster',
    load: async () => (await import('../commands/namespace/prepare.js')).namespacePrepare,
  },
  {
    name: 'namespace check',
    group: 'Cluster',
    summary: 'Prove that a driver may do all that Spark needs, through the API and from a pod inside',
    load: async () => (await import('../commands/namespace/check.js')).namespaceCheck,
  },
  {
    name: 'check api',
    group: 'Cluster',
    summary: 'Show what a pod with the account sees of the Kubernetes API, and what it may',
    load: async () => (await import('../commands/check/api.js')).checkApiCommand,
  },
  {
    name: 'namespace grant',
    group: 'Cluster',
    summary: 'Let an account, a person or a group view or edit a namespace',
    load: async () => (await import('../commands/namespace/grant.js')).namespaceGrant,
  },
  {
    name: 'namespace revoke',
    group: 'Cluster',
    summary: 'Take back what was granted',
    load: async () => (await import('../commands/namespace/revoke.js')).namespaceRevoke,
  },
  {
    name: 'namespace delete',
    group: 'Cluster',
    summary: 'Delete a namespace that spark-dev made, with all that is in it',
    load: async () => (await import('../commands/namespace/delete.js')).namespaceDelete,
  },
  {
    name: 'images list',
    group: 'Cluster',
    summary: 'Show the images that spark-dev needs, and where each is',
    load: async () => (await import('../commands/images/list.js')).imagesList,
  },
  {
    name: 'images pull',
    group: 'Cluster',
    summary: 'Get images before they are needed, from where they are to be had',
    load: async () => (await import('../commands/images/pull.js')).imagesPull,
  },
  {
    name: 'images build',
    group: 'Cluster',
    summary: "Build spark-dev's images by their recipes, and bring the Spark image into the cluster",
    load: async () => (await import('../commands/images/build.js')).imagesBuild,
  },
  {
    name: 'images load',
    group: 'Cluster',
    summary: "Bring an image of this machine's Docker, or a file, into the cluster",
    load: async () => (await import('../commands/images/load.js')).imagesLoad,
  },
  {
    name: 'images prune',
    group: 'Cluster',
    summary: 'Remove old images that spark-dev made',
    load: async () => (await import('../commands/images/prune.js')).imagesPrune,
  },
  {
    name: 'images save',
    group: 'Cluster',
    summary: 'Write one file with all that a cluster needs, for a machine without a network',
    load: async () => (await import('../commands/images/save.js')).imagesSave,
  },
  {
    name: 'images restore',
    group: 'Cluster',
    summary: 'Put the contents of such a file in place',
    load: async () => (await import('../commands/images/restore.js')).imagesRestore,
  },
  {
    name: 'clean',
    group: 'Cluster',
    summary: 'Remove what runs left behind; data stays unless asked for',
    load: async () => (await import('../commands/clean.js')).clean,
  },
  {
    name: 'uninstall',
    group: 'Cluster',
    summary: 'Remove all that spark-dev ever made on this machine, and say what stays',
    load: async () => (await import('../commands/uninstall.js')).uninstall,
  },
  {
    name: 'doctor',
    group: 'Help',
    summary: 'Look at this machine: what is missing, and how to get it',
    load: async () => (await import('../commands/doctor.js')).doctor,
  },
  {
    name: 'help',
    group: 'Help',
    summary: 'Explain a command, a topic or an error code',
    load: async () => (await import('../commands/help.js')).help,
  },
  {
    name: 'version',
    group: 'Help',
    summary: 'Print the versions of spark-dev, Node and the machine',
    load: async () => (await import('../commands/version.js')).version,
  },
];
