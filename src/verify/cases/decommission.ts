import { logToConsole, type VerifyCase } from '../case.js';

const suite = 'DecommissionSuite';
const awake = 'Waiting to give nodes time to finish migration, decom exec 1.';

const confFiles = {
  'log4j2.properties': logToConsole('info', '%d{yy/MM/dd HH:mm:ss}', [
    'logger.spark.name = org.apache.spark',
    'logger.spark.level = debug',
  ]),
};
const migrating = {
  'spark.decommission.enabled': 'true',
  'spark.storage.decommission.enabled': 'true',
  'spark.storage.decommission.shuffleBlocks.enabled': 'true',
  'spark.storage.decommission.rddBlocks.enabled': 'true',
  'spark.storage.decommission.replicationReattemptInterval': '1',
};
const takeOneAway = [
  { kind: 'await-log', text: awake },
  { kind: 'delete-first-executor' },
  { kind: 'await-executors', count: 3 },
] as const;
const held = { suite, held: true, confFiles, limitS: 600 } as const;
const threeExecutors = { ...held, application: 'decommission', executors: 3, steps: takeOneAway } as const;
const switchedOff = {
  by: 'decommissioning switched off',
  change: { conf: { 'spark.decommission.enabled': 'false' } },
  red: 'did not log "Decommission executors"',
};

/** https://github.com/apache/spark, DecommissionSuite of its Kubernetes integration tests. */
export const decommissionCases: readonly VerifyCase[] = [
  {
    ...threeExecutors,
    id: 'X1',
    title: 'Test basic decommissioning',
    need: 'must',
    conf: migrating,
    logs: { driver: ['Finished waiting, stopping Spark', 'Decommission executors', 'Final accumulator value is: 100'] },
    faultInjection: switchedOff,
  },
  {
    ...threeExecutors,
    id: 'X2',
    title: 'Test basic decommissioning with shuffle cleanup',
    need: 'optional',
    arguments: ['cleanup'],
    conf: {
      ...migrating,
      'spark.dynamicAllocation.shuffleTracking.enabled': 'true',
      'spark.dynamicAllocation.shuffleTracking.timeout': '400',
    },
    logs: { driver: ['Finished waiting, stopping Spark', 'Decommission executors'] },
    faultInjection: switchedOff,
  },
  {
    ...threeExecutors,
    id: 'X4',
    title: 'Test decommissioning timeouts',
    need: 'must',
    conf: {
      ...migrating,
      'spark.storage.decommission.replicationReattemptInterval': '8640000',
      'spark.executor.decommission.forceKillTimeout': '10',
    },
    logs: {
      driver: [
        'Finished waiting, stopping Spark',
        'Decommission executors',
        'failed to decommission in 10, killing',
        'killed by driver.',
      ],
    },
    faultInjection: {
      by: 'an executor that can migrate its blocks at once',
      change: { conf: { 'spark.storage.decommission.replicationReattemptInterval': '1' } },
      red: 'did not log "failed to decommission in 10, killing"',
    },
  },
  {
    ...held,
    id: 'X5',
    title: 'SPARK-37576: Rolling decommissioning',
    need: 'optional',
    since: '3.3.0',
    application: 'pi',
    remark: 'runs VerifyPi until two executors have rolled, instead of ten thousand slices of pi.py',
    conf: {
      'spark.decommission.enabled': 'true',
      'spark.plugins': 'org.apache.spark.scheduler.cluster.k8s.ExecutorRollPlugin',
      'spark.kubernetes.executor.rollInterval': '30s',
      'spark.kubernetes.executor.rollPolicy': 'ID',
    },
    steps: [{ kind: 'await-log', text: 'Removed 2 successfully in removeExecutor' }],
    logs: {
      driver: [
        'Initialized driver component for plugin org.apache.spark.scheduler.cluster.k8s.ExecutorRollPlugin',
        'Ask to decommission executor 1',
        'Removed 1 successfully in removeExecutor',
        'Going to request 1 executors',
        'Ask to decommission executor 2',
        'Removed 2 successfully in removeExecutor',
      ],
    },
    faultInjection: {
      by: 'no plugin for rolling',
      change: { conf: { 'spark.plugins': '' }, steps: [] },
      red: 'did not log "Ask to decommission executor 1"',
    },
  },
];
