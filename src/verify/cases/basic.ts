import type { CaseConf, PodRequest, VerifyCase } from '../case.js';

const suite = 'BasicTestsSuite';
const pi = ['Pi is roughly 3'];

/** What B8 expects on driver and executor. */
const marked: PodRequest = {
  labels: { label1: 'label1-value', label2: 'label2-value', customAppIdLabelKey: '%appId%' },
  annotations: {
    annotation1: 'annotation1-value',
    annotation2: 'annotation2-value',
    customAppIdAnnotation: '%appId%',
  },
  env: { ENV1: 'VALUE1', ENV2: 'VALUE2' },
};
/** Before Spark replaced the application id in labels too. */
const markedBefore4: PodRequest = { ...marked, labels: { label1: 'label1-value', label2: 'label2-value' } };

const markings = (role: 'driver' | 'executor'): Record<string, string> => ({
  [`spark.kubernetes.${role}.label.label1`]: 'label1-value',
  [`spark.kubernetes.${role}.label.label2`]: 'label2-value',
  [`spark.kubernetes.${role}.annotation.annotation1`]: 'annotation1-value',
  [`spark.kubernetes.${role}.annotation.annotation2`]: 'annotation2-value',
  [`spark.kubernetes.${role}.annotation.customAppIdAnnotation`]: '{{APP_ID}}',
});
const idLabel = (role: 'driver' | 'executor', value: string | undefined): CaseConf => ({
  [`spark.kubernetes.${role}.label.customAppIdLabelKey`]: value,
});

/** https://github.com/apache/spark, BasicTestsSuite of its Kubernetes integration tests. */
export const basicCases: readonly VerifyCase[] = [
  {
    id: 'B1',
    suite,
    title: 'SPARK-42190: Run SparkPi with local[*]',
    need: 'must',
    application: 'pi',
    executors: 0,
    conf: { 'spark.kubernetes.driver.master': 'local[10]' },
    logs: { driver: ['local[10]', ...pi] },
    faultInjection: {
      by: 'two threads instead of ten',
      change: { conf: { 'spark.kubernetes.driver.master': 'local[2]' } },
      red: 'The driver did not log "local[10]"',
    },
  },
  {
    id: 'B2',
    suite,
    title: 'Run SparkPi with no resources',
    need: 'must',
    application: 'pi',
    logs: { driver: pi },
    faultInjection: {
      by: 'an image that does not exist',
      change: { image: 'spark-dev/verify:nowhere' },
      red: 'ErrImageNeverPull',
    },
  },
  {
    id: 'B3',
    suite,
    title: 'Run SparkPi with no resources & statefulset allocation',
    need: 'must',
    application: 'pi',
    conf: { 'spark.kubernetes.allocation.pods.allocator': 'statefulset' },
    rights: [
      {
        apiGroups: ['apps'],
        resources: ['statefulsets'],
        verbs: ['create', 'get', 'list', 'watch', 'update', 'patch', 'delete', 'deletecollection'],
      },
      { apiGroups: ['apps'], resources: ['statefulsets/scale'], verbs: ['get', 'update', 'patch'] },
    ],
    logs: { driver: pi },
    noneLeft: ['statefulsets'],
    faultInjection: {
      by: 'a StatefulSet without an owner',
      change: {
        objects: [
          {
            apiVersion: 'apps/v1',
            kind: 'StatefulSet',
            metadata: { name: 'dangling' },
            spec: {
              replicas: 0,
              serviceName: 'none',
              selector: { matchLabels: { app: 'dangling' } },
              template: {
                metadata: { labels: { app: 'dangling' } },
                spec: { containers: [{ name: 'x', image: 'x' }] },
              },
            },
          },
        ],
      },
      red: 'statefulset.apps/dangling is left behind',
    },
  },
  {
    id: 'B5',
    suite,
    title: 'Use SparkLauncher.NO_RESOURCE',
    need: 'must',
    application: 'pi',
    // NO_RESOURCE of the launcher: the class is in spark.jars
    resource: 'spark-internal',
    conf: { 'spark.jars': 'local:///opt/spark/verify/verify.jar' },
    logs: { driver: pi },
    faultInjection: {
      by: 'spark.jars without the jar',
      change: { conf: { 'spark.jars': 'local:///opt/spark/verify/other.jar' } },
      red: 'The driver ended with exit code',
    },
  },
  {
    id: 'B6',
    suite,
    title: 'Run SparkPi with a master URL without a scheme.',
    need: 'must',
    application: 'pi',
    master: 'k8s://kubernetes.default.svc:443',
    logs: { driver: pi },
    faultInjection: {
      by: 'the wrong scheme',
      change: { master: 'k8s://http://kubernetes.default.svc:443' },
      red: 'spark-submit failed before',
    },
  },
  {
    id: 'B8',
    suite,
    title: 'Run SparkPi with custom labels, annotations, and environment variables.',
    need: 'must',
    application: 'pi',
    conf: {
      ...markings('driver'),
      ...markings('executor'),
      ...idLabel('driver', '{{APP_ID}}'),
      ...idLabel('executor', '{{APP_ID}}'),
      'spark.kubernetes.driverEnv.ENV1': 'VALUE1',
      'spark.kubernetes.driverEnv.ENV2': 'VALUE2',
      'spark.executorEnv.ENV1': 'VALUE1',
      'spark.executorEnv.ENV2': 'VALUE2',
    },
    pods: { driver: marked, executor: marked },
    logs: { driver: pi },
    older: {
      before: '4.0.0',
      change: {
        conf: { ...idLabel('driver', undefined), ...idLabel('executor', undefined) },
        pods: { driver: markedBefore4, executor: markedBefore4 },
      },
    },
    faultInjection: {
      by: 'a different label on the executors',
      change: { conf: { 'spark.kubernetes.executor.label.label2': 'another' } },
      red: 'label label2 is another instead of label2-value',
    },
  },
  {
    id: 'B9',
    suite,
    title: 'All pods have the same service account by default',
    need: 'must',
    application: 'pi',
    pods: { driver: { serviceAccount: 'spark' }, executor: { serviceAccount: 'spark' } },
    logs: { driver: pi },
    faultInjection: {
      by: 'a different service account for the executors',
      change: { conf: { 'spark.kubernetes.authenticate.executor.serviceAccountName': 'default' } },
      red: 'service account is default instead of spark',
    },
  },
  {
    id: 'B13',
    suite,
    title: 'Run SparkRemoteFileTest using a remote data file',
    need: 'optional',
    remark: 'the case starts its web server as a pod',
    application: 'distributed-file',
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
    faultInjection: {
      by: 'a file that the server does not have',
      change: { conf: { 'spark.files': 'http://files.%namespace%.svc:8000/other.txt' } },
      red: 'did not log "Mounting of pagerank_data.txt was true"',
    },
  },
  {
    id: 'B14',
    suite,
    title: 'SPARK-42769: All executor pods have SPARK_DRIVER_POD_IP env variable',
    need: 'must',
    since: '3.4.0',
    application: 'pi',
    pods: { executor: { envNames: ['SPARK_DRIVER_POD_IP'] } },
    logs: { driver: pi },
    faultInjection: {
      by: 'the name of a variable that Spark does not set',
      change: { pods: { executor: { envNames: ['SPARK_DRIVER_POD_ADDRESS'] } } },
      red: 'variable SPARK_DRIVER_POD_ADDRESS is absent',
    },
  },
];
