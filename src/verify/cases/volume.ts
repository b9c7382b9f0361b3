import type { RoleName } from '../../job/job.js';
import { allVerbs, jvmClass, sparkPi, storageClass, type VerifyCase } from '../case.js';

const suite = 'VolumeSuite';
const driverAlone = {
  ...sparkPi,
  suite,
  since: '4.0.0',
  executors: 0,
  held: true,
  logs: { driver: ['local[10]', 'Pi is roughly 3'] },
} as const;
const master = { 'spark.kubernetes.driver.master': 'local[10]' };
const driverEmptyDir = 'spark.kubernetes.driver.volumes.emptyDir.data';

const claimOf = (role: RoleName): string => `spark.kubernetes.${role}.volumes.persistentVolumeClaim.data`;
/** Spark's own claims, with Spark's own defaults. */
const onDemand = (role: RoleName): Record<string, string> => ({
  [`${claimOf(role)}.options.claimName`]: 'OnDemand',
  [`${claimOf(role)}.options.storageClass`]: storageClass,
  [`${claimOf(role)}.options.sizeLimit`]: '1Gi',
  [`${claimOf(role)}.mount.path`]: '/data',
  [`${claimOf(role)}.mount.readOnly`]: 'false',
  'spark.kubernetes.driver.ownPersistentVolumeClaim': 'true',
  'spark.kubernetes.driver.reusePersistentVolumeClaim': 'true',
});
const claims = [{ apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: allVerbs }];

const sharedConf = (role: RoleName): Record<string, string> => ({
  [`${claimOf(role)}.options.claimName`]: 'shared',
  [`${claimOf(role)}.mount.path`]: '/opt/spark/pv-tests',
  [`${claimOf(role)}.mount.subPath`]: '%namespace%',
});
const words = '/opt/spark/pv-tests/words.txt';

/** https://github.com/apache/spark, VolumeSuite and PVTestsSuite of its Kubernetes integration tests. */
export const volumeCases: readonly VerifyCase[] = [
  {
    ...driverAlone,
    id: 'V1',
    title: 'A driver-only Spark job with a tmpfs-backed localDir volume',
    conf: { ...master, 'spark.kubernetes.local.dirs.tmpfs': 'true' },
    steps: [{ kind: 'probe', on: 'driver', run: ['sh', '-c', 'df "$SPARK_LOCAL_DIRS"'], shows: 'tmpfs' }],
    fault: 'a localDir on disk',
    faultChange: { conf: { 'spark.kubernetes.local.dirs.tmpfs': 'false' } },
    faultRed: 'did not show "tmpfs"',
  },
  {
    ...driverAlone,
    id: 'V2',
    title: 'A driver-only Spark job with a tmpfs-backed emptyDir data volume',
    conf: {
      ...master,
      [`${driverEmptyDir}.mount.path`]: '/data',
      [`${driverEmptyDir}.options.medium`]: 'Memory',
      [`${driverEmptyDir}.options.sizeLimit`]: '1G',
    },
    steps: [{ kind: 'probe', on: 'driver', run: ['df', '/data'], shows: 'tmpfs' }],
    fault: 'an emptyDir on disk',
    faultChange: { conf: { [`${driverEmptyDir}.options.medium`]: undefined } },
    faultRed: 'did not show "tmpfs"',
  },
  {
    ...driverAlone,
    id: 'V3',
    title: 'A driver-only Spark job with a disk-backed emptyDir volume',
    conf: { ...master, [`${driverEmptyDir}.mount.path`]: '/data', [`${driverEmptyDir}.mount.sizeLimit`]: '1G' },
    steps: [{ kind: 'probe', on: 'driver', run: ['df', '/data'], shows: '/dev/' }],
    fault: 'an emptyDir in memory',
    faultChange: { conf: { [`${driverEmptyDir}.options.medium`]: 'Memory' } },
    faultRed: 'did not show "/dev/"',
  },
  {
    ...driverAlone,
    id: 'V4',
    title: 'A driver-only Spark job with an OnDemand PVC volume',
    rights: claims,
    conf: { ...master, ...onDemand('driver') },
    steps: [{ kind: 'probe', on: 'driver', run: ['df', '/data'], shows: '/dev/' }],
    fault: 'memory instead of the claim',
    faultChange: {
      conf: {
        ...Object.fromEntries(Object.keys(onDemand('driver')).map((key) => [key, undefined])),
        [`${driverEmptyDir}.mount.path`]: '/data',
        [`${driverEmptyDir}.options.medium`]: 'Memory',
      },
    },
    faultRed: 'did not show "/dev/"',
  },
  {
    ...sparkPi,
    suite,
    id: 'V6',
    title: 'A Spark job with two executors with OnDemand PVC volumes',
    since: '4.0.0',
    executors: 2,
    held: true,
    rights: claims,
    conf: onDemand('executor'),
    steps: [{ kind: 'probe', on: 'executor', run: ['df', '/data'], shows: '/dev/' }],
    fault: 'the claims mounted elsewhere',
    faultChange: { conf: { [`${claimOf('executor')}.mount.path`]: '/elsewhere' } },
    faultRed: 'df /data did not show "/dev/"',
  },
  {
    id: 'PV1',
    suite: 'PVTestsSuite',
    title: 'PVs with local storage',
    need: 'must',
    remark:
      "creates a PersistentVolume, a cluster-wide object, on a folder in the node's /tmp; both are removed at the end",
    application: jvmClass('SharedWordCount'),
    arguments: [words, '/opt/spark/pv-tests'],
    held: true,
    clusterObjects: [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: '%namespace%' },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          persistentVolumeReclaimPolicy: 'Retain',
          storageClassName: 'verify-local-storage',
          hostPath: { path: '/tmp', type: 'Directory' },
        },
      },
    ],
    objects: [
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'shared' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'verify-local-storage',
          volumeName: '%namespace%',
          resources: { requests: { storage: '1Gi' } },
        },
      },
    ],
    helpers: [
      {
        name: 'folder',
        when: 'before',
        claim: 'shared',
        run: ['sh', '-c', 'mkdir /claim/%namespace% && echo test PVs > /claim/%namespace%/words.txt'],
      },
      {
        name: 'tidy',
        when: 'beside',
        claim: 'shared',
        run: ['sh', '-c', 'trap "rm -rf /claim/%namespace%; exit" TERM; while :; do sleep 1 & wait $!; done'],
      },
    ],
    conf: { ...sharedConf('driver'), ...sharedConf('executor') },
    steps: [
      { kind: 'probe', on: 'driver', run: ['cat', words], shows: 'test PVs' },
      { kind: 'probe', on: 'executor', run: ['cat', words], shows: 'test PVs' },
    ],
    logs: { driver: ['Success! Local Word Count 2 and DFS Word Count 2 agree.'] },
    fault: 'a folder that is not shared with the executors',
    faultChange: { conf: { [`${claimOf('executor')}.mount.path`]: '/elsewhere' } },
    faultRed: 'did not show "test PVs"',
  },
];
