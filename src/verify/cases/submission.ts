import type { RoleName } from '../../job/job.js';
import { sparkRoleLabel } from '../../kube/labels.js';
import {
  logToConsole,
  sparkPi,
  type CaseStep,
  type PodRequest,
  type TemplateRequest,
  type VerifyCase,
} from '../case.js';

const log4j = logToConsole('debug', '%d{HH:mm:ss}', [
  // otherwise the client's requests and their bodies fill the log
  'logger.client.name = io.fabric8.kubernetes.client',
  'logger.client.level = info',
  'logger.netty.name = io.netty',
  'logger.netty.level = info',
]);
// log4j 2.25 logs the target of the ConfigMap's link: /opt/spark/conf/..2026_11_21_…/log4j2.properties
const configured = ['Reconfiguration complete for context', 'at URI /opt/spark/conf/'];

const secretConf = (role: RoleName): Record<string, string> => ({
  [`spark.kubernetes.${role}.secrets.mysecret`]: '/etc/secret',
  [`spark.kubernetes.${role}.secretKeyRef.USERNAME`]: 'mysecret:username',
  [`spark.kubernetes.${role}.secretKeyRef.PASSWORD`]: 'mysecret:password',
});
const secretProbes = (on: RoleName): readonly CaseStep[] =>
  ['username', 'password'].flatMap((key): readonly CaseStep[] => [
    { kind: 'probe', on, run: ['printenv', key.toUpperCase()], shows: `secret${key}` },
    { kind: 'probe', on, run: ['cat', `/etc/secret/${key}`], shows: `secret${key}` },
  ]);

const templated = (role: RoleName): PodRequest => ({
  container: `test-${role}-container`,
  labels: { 'template-label-key': `${role}-template-label-value` },
});
const suiteTemplate = (role: RoleName): TemplateRequest => ({ ...templated(role), image: 'will-be-overwritten' });

/** Configuration, secrets, pod templates, and a driver in client mode. */
export const submissionCases: readonly VerifyCase[] = [
  {
    ...sparkPi,
    id: 'C1',
    suite: 'SparkConfPropagateSuite',
    title: 'Verify logging configuration is picked from the provided SPARK_CONF_DIR/log4j2.properties',
    confFiles: { 'log4j2.properties': log4j },
    conf: {
      'spark.driver.extraJavaOptions': '-Dlog4j2.debug',
      'spark.executor.extraJavaOptions': '-Dlog4j2.debug',
      'spark.kubernetes.executor.deleteOnTermination': 'false',
    },
    logs: { driver: ['DEBUG', 'Pi is roughly 3', ...configured], executor: configured },
    fault: 'a configuration under another name',
    faultChange: { confFiles: { 'other.properties': log4j } },
    faultRed: 'did not log "at URI /opt/spark/conf/"',
  },
  {
    ...sparkPi,
    id: 'S1',
    suite: 'SecretsTestsSuite',
    title: 'Run SparkPi with env and mount secrets.',
    held: true,
    objects: [
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'mysecret' },
        // the suite's values
        stringData: { username: 'secretusername', password: 'secretpassword' },
      },
    ],
    conf: { ...secretConf('driver'), ...secretConf('executor') },
    steps: [...secretProbes('driver'), ...secretProbes('executor')],
    fault: 'the wrong key in a variable of the executor',
    faultChange: { conf: { 'spark.kubernetes.executor.secretKeyRef.PASSWORD': 'mysecret:username' } },
    faultRed: 'did not show "secretpassword"',
  },
  {
    ...sparkPi,
    id: 'M1',
    suite: 'ClientModeTestsSuite',
    title: 'Run in client mode.',
    arguments: ['10'],
    mode: 'client',
    executors: 2,
    exactly: true,
    executorHeapMb: 500,
    objects: [
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: '%driver%-svc' },
        spec: {
          clusterIP: 'None',
          // the driver resolves its own name in its first second
          publishNotReadyAddresses: true,
          selector: { [sparkRoleLabel]: 'driver' },
          ports: [
            { name: 'driver-port', port: 7077 },
            { name: 'block-manager', port: 10000 },
          ],
        },
      },
    ],
    conf: {
      'spark.kubernetes.authenticate.oauthTokenFile': '/var/run/secrets/kubernetes.io/serviceaccount/token',
      'spark.kubernetes.authenticate.caCertFile': '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt',
      'spark.driver.host': '%driver%-svc.%namespace%.svc',
      'spark.driver.port': '7077',
      'spark.driver.blockManager.port': '10000',
      // Spark chooses the prefix that this case checks
      'spark.kubernetes.executor.podNamePrefix': undefined,
    },
    pods: { driver: { container: 'spark-example' } },
    fault: 'a service that does not exist',
    faultChange: { conf: { 'spark.driver.host': 'nobody.%namespace%.svc' } },
    faultRed: 'The driver ended with exit code',
  },
  {
    ...sparkPi,
    id: 'T1',
    suite: 'PodTemplateSuite',
    title: 'Start pod creation from template',
    remark: "the suite's templates are combined with the built-in ones, for Pod Security",
    templates: { driver: suiteTemplate('driver'), executor: suiteTemplate('executor') },
    pods: { driver: templated('driver'), executor: templated('executor') },
    fault: 'empty templates',
    faultChange: { templates: {} },
    faultRed: 'label template-label-key is absent instead of driver-template-label-value',
  },
  {
    ...sparkPi,
    id: 'T2',
    suite: 'PodTemplateSuite',
    title: 'SPARK-38398: Schedule pod creation from template',
    need: 'optional',
    since: '3.3.0',
    remark: "the priority is Kubernetes' system-node-critical, so that no cluster-wide object is needed",
    templates: { driver: { priorityClassName: 'system-node-critical' } },
    pods: { driver: { priority: 2_000_001_000 }, executor: { priority: 0 } },
    fault: 'a template without a priority',
    faultChange: { templates: {} },
    faultRed: 'priority is 0 instead of 2000001000',
  },
];
