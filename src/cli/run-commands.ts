import type { CommandEntry } from './command-entry.js';

/** What is done with applications, the first headings of the main help. */
export const runCommands: readonly CommandEntry[] = [
  {
    name: 'run',
    group: 'Run',
    summary: 'Run a Spark application: on the local cluster, or embedded where there is none',
    load: async () => (await import('../commands/run.js')).run,
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
    name: 'render',
    group: 'Applications',
    summary: 'Write an application as plain objects that anybody can apply to any cluster',
    load: async () => (await import('../commands/render.js')).render,
  },
  {
    name: 'overlay new',
    group: 'Applications',
    summary: 'Name an application of yours in spark-dev.yaml, and show what would be deployed',
    load: async () => (await import('../commands/overlay/new.js')).overlayNew,
  },
  {
    name: 'overlay list',
    group: 'Applications',
    summary: 'Show whose overlay each application has: ours, or yours since eject',
    load: async () => (await import('../commands/overlay/list.js')).overlayList,
  },
  {
    name: 'overlay show',
    group: 'Applications',
    summary: 'Show the files that are deployed at each run of an application',
    load: async () => (await import('../commands/overlay/show.js')).overlayShow,
  },
  {
    name: 'overlay render',
    group: 'Applications',
    summary: 'Show the objects that those files come to, as kubectl kustomize writes them',
    load: async () => (await import('../commands/overlay/render.js')).overlayRender,
  },
  {
    name: 'overlay diff',
    group: 'Applications',
    summary: 'Compare the objects of your overlay with the built-in ones',
    load: async () => (await import('../commands/overlay/diff.js')).overlayDiff,
  },
  {
    name: 'overlay eject',
    group: 'Applications',
    summary: 'Make the overlay of an application yours: files in the project that runs then use',
    load: async () => (await import('../commands/overlay/eject.js')).overlayEject,
  },
];
