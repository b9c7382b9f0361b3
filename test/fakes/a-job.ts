import type { SparkJob } from '../../src/job/job.js';
import { noSources, readSources } from '../../src/job/sources.js';
import { noRequirements } from '../../src/job/packages/find-requirements.js';

/** A job of which nothing is said but what is given. */
export function createJob(said: Partial<SparkJob> = {}): SparkJob {
  const role = {
    memoryMb: undefined,
    cores: undefined,
    overheadMb: undefined,
    env: {},
    labels: {},
    annotations: {},
    nodeSelector: {},
    podTemplate: undefined,
  };
  return {
    name: { written: 'sparkpi', slug: 'sparkpi' },
    main: { kind: 'jar', at: { where: 'here', path: '/cache/sparkpi.jar' }, mainClass: 'SparkPi' },
    arguments: [],
    sparkVersion: undefined,
    image: undefined,
    deployMode: 'cluster',
    namespace: undefined,
    serviceAccount: undefined,
    driver: role,
    executor: { ...role, pysparkMb: undefined, offHeapMb: undefined },
    executors: 1,
    dynamicAllocation: undefined,
    conf: {},
    files: [],
    jars: [],
    pyFiles: [],
    pyFolders: [],
    archives: [],
    working: '/project',
    data: [],
    sharesFolder: false,
    requirements: noRequirements,
    sources: noSources,
    secrets: [],
    volumes: [],
    tolerations: [],
    ...said,
  };
}

/** The same, with the sources that are there. */
export async function createReadJob(said: Partial<SparkJob>): Promise<SparkJob> {
  const job = createJob(said);
  return { ...job, sources: await readSources(job) };
}
