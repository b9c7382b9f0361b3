import type { CaseStep, VerifyCase } from '../case.js';

const log4j = [
  'rootLogger.level = debug',
  'rootLogger.appenderRef.stdout.ref = console',
  'appender.console.type = Console',
  'appender.console.name = console',
  'appender.console.target = SYSTEM_ERR',
  'appender.console.layout.type = PatternLayout',
  'appender.console.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n',
  // otherwise the client's requests and their bodies fill the log
  'logger.client.name = io.fabric8.kubernetes.client',
  'logger.client.level = info',
  'logger.netty.name = io.netty',
  'logger.netty.level = info',
];
// log4j 2.25 logs the target of the ConfigMap's link: /opt/spark/conf/..2026_11_21_…/log4j2.properties
const configured = ['Reconfiguration complete for context', 'at URI /opt/spark/conf/'];

const secretConf = (role: 'driver' | 'executor'): Record<string, string> => ({
  [`spark.kubernetes.${role}.secrets.mysecret`]: '/etc/secret',
  [`spark.kubernetes.${role}.secretKeyRef.USERNAME`]: 'mysecret:username',
  [`spark.kubernetes.${role}.secretKeyRef.PASSWORD`]: 'mysecret:password',
});
const secretProbes = (on: 'driver' | 'executor'): readonly CaseStep[] =>
  (['username', 'password'] as const).flatMap((key): readonly CaseStep[] => [
    { kind: 'probe', on, run: ['printenv', key.toUpperCase()], shows: { secret: 'mysecret', key } },
    { kind: 'probe', on, run: ['cat', `/etc/secret/${key}`], shows: { secret: 'mysecret', key } },
  ]);

/** Configuration, secrets, pod templates, and a driver in client mode. */
export const submissionCases: readonly VerifyCase[] = [
  {
    id: 'C1',
    suite: 'SparkConfPropagateSuite',
    title: 'Verify logging configuration is picked from the provided SPARK_CONF_DIR/log4j2.properties',
    need: 'must',
    application: 'pi',
    confFiles: { 'log4j2.properties': log4j.join('\n') },
    conf: {
      'spark.driver.extraJavaOptions': '-Dlog4j2.debug',
      'spark.executor.extraJavaOptions': '-Dlog4j2.debug',
      'spark.kubernetes.executor.deleteOnTermination': 'false',
    },
    logs: { driver: ['DEBUG', 'Pi is roughly 3', ...configured], executor: configured },
    faultInjection: {
      by: 'a configuration under another name',
      change: { confFiles: { 'other.properties': log4j.join('\n') } },
      red: 'did not log "at URI /opt/spark/conf/"',
    },
  },
  {
    id: 'S1',
    suite: 'SecretsTestsSuite',
    title: 'Run SparkPi with env and mount secrets.',
    need: 'must',
    application: 'pi',
    held: true,
    secrets: { mysecret: ['username', 'password'] },
    conf: { ...secretConf('driver'), ...secretConf('executor') },
    steps: [...secretProbes('driver'), ...secretProbes('executor')],
    logs: { driver: ['Pi is roughly 3'] },
    faultInjection: {
      by: 'the wrong key in a variable of the executor',
      change: { conf: { 'spark.kubernetes.executor.secretKeyRef.PASSWORD': 'mysecret:username' } },
      red: 'did not print the value of mysecret.password',
    },
  },
  {
    id: 'M1',
    suite: 'ClientModeTestsSuite',
    title: 'Run in client mode.',
    need: 'must',
    application: 'pi',
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
          selector: { 'verify-driver': '%driver%' },
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
    },
    pods: { driver: { container: 'spark-example' } },
    logs: { driver: ['Pi is roughly 3'] },
    faultInjection: {
      by: 'a service that does not exist',
      change: { conf: { 'spark.driver.host': 'nobody.%namespace%.svc' } },
      red: 'The driver ended with exit code',
    },
  },
  {
    id: 'T1',
    suite: 'PodTemplateSuite',
    title: 'Start pod creation from template',
    need: 'must',
    remark: "the suite's templates are combined with the built-in ones, for Pod Security",
    application: 'pi',
    templates: {
      driver: {
        container: 'test-driver-container',
        image: 'will-be-overwritten',
        labels: { 'template-label-key': 'driver-template-label-value' },
      },
      executor: {
        container: 'test-executor-container',
        image: 'will-be-overwritten',
        labels: { 'template-label-key': 'executor-template-label-value' },
      },
    },
    pods: {
      driver: {
        container: 'test-driver-container',
        labels: { 'template-label-key': 'driver-template-label-value' },
      },
      executor: {
        container: 'test-executor-container',
        labels: { 'template-label-key': 'executor-template-label-value' },
      },
    },
    logs: { driver: ['Pi is roughly 3'] },
    faultInjection: {
      by: 'empty templates',
      change: { templates: {} },
      red: 'label template-label-key is absent instead of driver-template-label-value',
    },
  },
  {
    id: 'T2',
    suite: 'PodTemplateSuite',
    title: 'SPARK-38398: Schedule pod creation from template',
    need: 'optional',
    since: '3.3.0',
    remark: "the priority is Kubernetes' system-node-critical, so that no cluster-wide object is needed",
    application: 'pi',
    templates: { driver: { priorityClassName: 'system-node-critical' } },
    pods: { driver: { priority: 2_000_001_000 }, executor: { priority: 0 } },
    logs: { driver: ['Pi is roughly 3'] },
    faultInjection: {
      by: 'a template without a priority',
      change: { templates: {} },
      red: 'priority is 0 instead of 2000001000',
    },
  },
];
