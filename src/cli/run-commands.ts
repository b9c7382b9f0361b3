import type { CommandEntry } from './command-entry.js';

/** The commands for applications, the first headings of the main help. */
export const applicationCommands: readonly CommandEntry[] = [
  {
    name: 'run',
    group: 'Run',
    summary: 'Run a Spark application on the cluster, or on this machine without one',
    load: async () => (await import('../commands/run.js')).run,
  },
  {
    name: 'shell',
    group: 'Run',
    summary: 'Open spark-shell, pyspark or spark-sql in a pod with its own executors',
    load: async () => (await import('../commands/shell.js')).shell,
  },
  {
    name: 'verify',
    group: 'Run',
    summary: "Run Apache Spark's own Kubernetes tests on the cluster",
    load: async () => (await import('../commands/verify.js')).verify,
  },
  {
    name: 'render',
    group: 'Applications',
    summary: "Print an application's Kubernetes manifests, for any cluster",
    load: async () => (await import('../commands/render.js')).render,
  },
  {
    name: 'overlay new',
    group: 'Applications',
    summary: 'Add your own application to spark-dev.yaml, and show what would be deployed',
    load: async () => (await import('../commands/overlay/new.js')).overlayNew,
  },
  {
    name: 'overlay list',
    group: 'Applications',
    summary: 'List the overlay of each application: built in, or your own after eject',
    load: async () => (await import('../commands/overlay/list.js')).overlayList,
  },
  {
    name: 'overlay show',
    group: 'Applications',
    summary: 'Show the overlay files that each run of an application deploys',
    load: async () => (await import('../commands/overlay/show.js')).overlayShow,
  },
  {
    name: 'overlay render',
    group: 'Applications',
    summary: 'Show the resulting objects, as kubectl kustomize renders them',
    load: async () => (await import('../commands/overlay/show.js')).overlayRender,
  },
  {
    name: 'overlay diff',
    group: 'Applications',
    summary: 'Compare the objects of your overlay with the built-in ones',
    load: async () => (await import('../commands/overlay/show.js')).overlayDiff,
  },
  {
    name: 'overlay eject',
    group: 'Applications',
    summary: "Copy an application's overlay into your project; runs then use your copy",
    load: async () => (await import('../commands/overlay/eject.js')).overlayEject,
  },
];
