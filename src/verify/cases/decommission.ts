import { logToConsole, pythonFile, sparkPi, type VerifyCase } from '../case.js';

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
const takeOneAway = [{ kind: 'await-log', text: awake }, { kind: 'replace-first-executor' }] as const;
const held = { suite, held: true, confFiles, limitS: 600 } as const;
const threeExecutors = {
  ...held,
  application: pythonFile('decommission.py'),
  executors: 3,
  steps: takeOneAway,
} as const;
const switchedOff = {
  fault: 'decommissioning switched off',
  faultChange: { conf: { 'spark.decommission.enabled': 'false' } },
  faultRed: 'did not log "Decommission executors"',
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
    ...switchedOff,
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
    ...switchedOff,
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
    fault: 'an executor that can migrate its blocks at once',
    faultChange: { conf: { 'spark.storage.decommission.replicationReattemptInterval': '1' } },
    faultRed: 'did not log "failed to decommission in 10, killing"',
  },
  {
    ...sparkPi,
    ...held,
    id: 'X5',
    title: 'SPARK-37576: Rolling decommissioning',
    need: 'optional',
    since: '3.3.0',
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
    fault: 'no plugin for rolling',
    faultChange: { conf: { 'spark.plugins': '' }, steps: [] },
    faultRed: 'did not log "Ask to decommission executor 1"',
  },
];
