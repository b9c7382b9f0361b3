import type { RoleName } from '../../job/job.js';
import { allVerbs, jvmClass, sparkPi, type CaseConf, type PodRequest, type VerifyCase } from '../case.js';

const basic = { ...sparkPi, suite: 'BasicTestsSuite' } as const;

const dangling = { app: 'dangling' };

/** What B8 expects on driver and executor. */
const marked: PodRequest = {
  labels: { label1: 'label1-value', label2: 'label2-value', customAppIdLabelKey: '%appId%' },
  annotations: { annotation1: 'annotation1-value', annotation2: 'annotation2-value', customAppIdAnnotation: '%appId%' },
  env: { ENV1: 'VALUE1', ENV2: 'VALUE2' },
};
/** Before Spark replaced the application id in labels too. */
const markedBefore4: PodRequest = { ...marked, labels: { label1: 'label1-value', label2: 'label2-value' } };

const markings = (role: RoleName): Record<string, string> => ({
  [`spark.kubernetes.${role}.label.label1`]: 'label1-value',
  [`spark.kubernetes.${role}.label.label2`]: 'label2-value',
  [`spark.kubernetes.${role}.annotation.annotation1`]: 'annotation1-value',
  [`spark.kubernetes.${role}.annotation.annotation2`]: 'annotation2-value',
  [`spark.kubernetes.${role}.annotation.customAppIdAnnotation`]: '{{APP_ID}}',
});
const idLabels = (value: string | undefined): CaseConf => ({
  'spark.kubernetes.driver.label.customAppIdLabelKey': value,
  'spark.kubernetes.executor.label.customAppIdLabelKey': value,
});

const collectors = { ...basic, need: 'optional', since: '3.5.0', application: jvmClass('JvmSettings') } as const;
const collector = (name: string): Record<string, string> => ({
  'spark.driver.extraJavaOptions': `-XX:+Use${name}`,
  'spark.executor.extraJavaOptions': `-XX:+Use${name}`,
});

/** https://github.com/apache/spark, BasicTestsSuite of its Kubernetes integration tests. */
export const basicCases: readonly VerifyCase[] = [
  {
    ...basic,
    id: 'B1',
    title: 'SPARK-42190: Run SparkPi with local[*]',
    executors: 0,
    conf: { 'spark.kubernetes.driver.master': 'local[10]' },
    logs: { driver: ['local[10]', ...sparkPi.logs.driver] },
    fault: 'two threads instead of ten',
    faultChange: { conf: { 'spark.kubernetes.driver.master': 'local[2]' } },
    faultRed: 'The driver did not log "local[10]"',
  },
  {
    ...basic,
    id: 'B2',
    title: 'Run SparkPi with no resources',
    fault: 'an image that does not exist',
    faultChange: { image: 'spark-dev/verify:nowhere' },
    faultRed: 'ErrImageNeverPull',
  },
  {
    ...basic,
    id: 'B3',
    title: 'Run SparkPi with no resources & statefulset allocation',
    conf: { 'spark.kubernetes.allocation.pods.allocator': 'statefulset' },
    rights: [
      { apiGroups: ['apps'], resources: ['statefulsets'], verbs: allVerbs },
      { apiGroups: ['apps'], resources: ['statefulsets/scale'], verbs: ['get', 'update', 'patch'] },
    ],
    noneLeft: ['statefulsets'],
    fault: 'a StatefulSet without an owner',
    faultChange: {
      objects: [
        {
          apiVersion: 'apps/v1',
          kind: 'StatefulSet',
          metadata: { name: 'dangling' },
          spec: {
            replicas: 0,
            serviceName: 'none',
            selector: { matchLabels: dangling },
            template: { metadata: { labels: dangling }, spec: { containers: [{ name: 'x', image: 'x' }] } },
          },
        },
      ],
    },
    faultRed: 'statefulset.apps/dangling is left behind',
  },
  {
    ...basic,
    id: 'B5',
    title: 'Use SparkLauncher.NO_RESOURCE',
    // NO_RESOURCE of the launcher: the class is in spark.jars
    application: jvmClass('VerifyPi', 'spark-internal'),
    conf: { 'spark.jars': 'local:///opt/spark/verify/verify.jar' },
    fault: 'spark.jars without the jar',
    faultChange: { conf: { 'spark.jars': 'local:///opt/spark/verify/other.jar' } },
    faultRed: 'The driver ended with exit code',
  },
  {
    ...basic,
    id: 'B6',
    title: 'Run SparkPi with a master URL without a scheme.',
    master: 'k8s://kubernetes.default.svc:443',
    fault: 'the wrong scheme',
    faultChange: { master: 'k8s://http://kubernetes.default.svc:443' },
    faultRed: 'spark-submit failed before',
  },
  {
    ...basic,
    id: 'B8',
    title: 'Run SparkPi with custom labels, annotations, and environment variables.',
    conf: {
      ...markings('driver'),
      ...markings('executor'),
      ...idLabels('{{APP_ID}}'),
      'spark.kubernetes.driverEnv.ENV1': 'VALUE1',
      'spark.kubernetes.driverEnv.ENV2': 'VALUE2',
      'spark.executorEnv.ENV1': 'VALUE1',
      'spark.executorEnv.ENV2': 'VALUE2',
    },
    pods: { driver: marked, executor: marked },
    older: {
      before: '4.0.0',
      change: { conf: idLabels(undefined), pods: { driver: markedBefore4, executor: markedBefore4 } },
    },
    fault: 'a different label on the executors',
    faultChange: { conf: { 'spark.kubernetes.executor.label.label2': 'another' } },
    faultRed: 'label label2 is another instead of label2-value',
  },
  {
    ...basic,
    id: 'B9',
    title: 'All pods have the same service account by default',
    pods: { driver: { serviceAccount: 'spark' }, executor: { serviceAccount: 'spark' } },
    fault: 'a different service account for the executors',
    faultChange: { conf: { 'spark.kubernetes.authenticate.executor.serviceAccountName': 'default' } },
    faultRed: 'service account is default instead of spark',
  },
  {
    ...basic,
    id: 'B13',
    title: 'Run SparkRemoteFileTest using a remote data file',
    need: 'optional',
    remark: 'the case starts its web server as a pod',
    application: jvmClass('DistributedFile'),
    arguments: ['pagerank_data.txt'],
    helpers: [
      {
        name: 'files',
        when: 'beside',
        run: ['sh', '-c', 'echo "1 2" > /tmp/pagerank_data.txt; exec python3 -m http.server 8000 --directory /tmp'],
      },
    ],
    objects: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'files' },
        spec: { selector: { 'spark-dev/helper': 'files' }, ports: [{ port: 8000 }] },
      },
    ],
    conf: { 'spark.files': 'http://files.%namespace%.svc:8000/pagerank_data.txt' },
    logs: { driver: ['Mounting of pagerank_data.txt was true'] },
    fault: 'a file that the server does not have',
    faultChange: { conf: { 'spark.files': 'http://files.%namespace%.svc:8000/other.txt' } },
    faultRed: 'did not log "Mounting of pagerank_data.txt was true"',
  },
  {
    ...basic,
    id: 'B14',
    title: 'SPARK-42769: All executor pods have SPARK_DRIVER_POD_IP env variable',
    since: '3.4.0',
    pods: { executor: { envNames: ['SPARK_DRIVER_POD_IP'] } },
    fault: 'the name of a variable that Spark does not set',
    faultChange: { pods: { executor: { envNames: ['SPARK_DRIVER_POD_ADDRESS'] } } },
    faultRed: 'variable SPARK_DRIVER_POD_ADDRESS is absent',
  },
  {
    ...basic,
    id: 'B10',
    title: 'Run extraJVMOptions check on driver',
    application: jvmClass('JvmSettings'),
    conf: { 'spark.driver.extraJavaOptions': '-Dspark.test.foo=spark.test.bar' },
    logs: { driver: ['(spark.test.foo,spark.test.bar)'] },
    fault: 'a different value of the property',
    faultChange: { conf: { 'spark.driver.extraJavaOptions': '-Dspark.test.foo=other' } },
    faultRed: 'did not log "(spark.test.foo,spark.test.bar)"',
  },
  {
    ...collectors,
    id: 'B11',
    title: 'SPARK-42474: Run extraJVMOptions JVM GC option check - G1GC',
    conf: collector('G1GC'),
    logs: { driver: ['JVM G1GC Flag: true'] },
    fault: 'a different collector',
    faultChange: { conf: collector('SerialGC') },
    faultRed: 'did not log "JVM G1GC Flag: true"',
  },
  {
    ...collectors,
    id: 'B12',
    title: 'SPARK-42474: Run extraJVMOptions JVM GC option check - Other GC',
    conf: collector('ParallelGC'),
    logs: { driver: ['JVM G1GC Flag: false'] },
    fault: 'G1',
    faultChange: { conf: collector('G1GC') },
    faultRed: 'did not log "JVM G1GC Flag: false"',
  },
];
