import type { JobShape } from '../fit/spark-pods.js';
import { labelConf, sizeConf, sparkPreferences } from '../spark/conf.js';
import { findApplicationFile } from './applications.js';
import type { CaseConf, VerifyCase } from './case.js';
import { storageClass, type CaseNames } from './case-names.js';
import { runLabels } from '../kube/labels.js';
/** Where the submit pod mounts the pod templates. */
export const templatesFolder = '/opt/spark/templates';
/** A held application ends once this file exists in the driver. */
export const releaseFile = '/tmp/verified';
export const account = 'spark';

/** Small, so that only memory limits the pods on a small node; the suite requests whole cores. */
const requestMilli = 100;

const requestTimeoutMs = '60000';

/** The pods of a case. Spark's suite uses its defaults: 1 GiB heaps, one core. */
export function shapeCase(one: VerifyCase, heapMb: number): JobShape {
  const { language } = findApplicationFile(one.application);
  const pod = { cores: 1, requestMilli };
  return {
    language,
    driver: { ...pod, heapMb },
    executor: { ...pod, heapMb: Math.min(heapMb, one.executorHeapMb ?? heapMb) },
    executors: one.executors ?? 1,
  };
}

/** The conf of all applications, overridden by the conf of the case. */
export function caseConf(one: VerifyCase, names: CaseNames, heapMb: number): Readonly<Record<string, string>> {
  const { namespace, driver, runId, home } = names;
  const labels = runLabels(runId, home);
  const isClient = one.mode === 'client';
  const conf: CaseConf = {
    ...sparkPreferences,
    'spark.kubernetes.namespace': namespace,
    'spark.kubernetes.authenticate.driver.serviceAccountName': account,
    'spark.kubernetes.container.image': one.image ?? names.image,
    'spark.kubernetes.container.image.pullPolicy': 'Never',
    'spark.kubernetes.driver.pod.name': driver,
    'spark.kubernetes.submission.waitAppCompletion': 'false',
    // Spark's ten seconds are too short for the API server of a busy laptop
    'spark.kubernetes.submission.connectionTimeout': requestTimeoutMs,
    'spark.kubernetes.submission.requestTimeout': requestTimeoutMs,
    'spark.kubernetes.driver.connectionTimeout': requestTimeoutMs,
    'spark.kubernetes.driver.requestTimeout': requestTimeoutMs,
    'spark.authenticate': 'true',
    'spark.ui.enabled': 'true',
    ...sizeConf(shapeCase(one, heapMb)),
    // spark-submit rejects 0
    ...(one.executors === 0 ? { 'spark.executor.instances': undefined } : {}),
    'spark.kubernetes.executor.podTemplateFile': `${templatesFolder}/executor-template.yaml`,
    ...(isClient ? {} : { 'spark.kubernetes.driver.podTemplateFile': `${templatesFolder}/driver-template.yaml` }),
    ...(one.held === true ? { 'spark.kubernetes.driverEnv.VERIFY_HOLD': releaseFile } : {}),
    ...labelConf('driver', labels),
    ...labelConf('executor', labels),
    ...one.conf,
  };
  const isSet = (value: string | undefined): value is string =>
    value !== undefined && !(value === storageClass && names.storage === 'default');
  return Object.fromEntries(Object.entries(conf).flatMap(([key, value]) => (isSet(value) ? [[key, value]] : [])));
}

/** The arguments after `submit` in the image. */
export function submitWords(one: VerifyCase, names: CaseNames, heapMb: number): readonly string[] {
  const file = findApplicationFile(one.application);
  return [
    '--master',
    one.master ?? 'k8s://https://kubernetes.default.svc:443',
    '--deploy-mode',
    one.mode ?? 'cluster',
    '--name',
    `verify-${one.id.toLowerCase()}`,
    ...(file.mainClass === undefined ? [] : ['--class', file.mainClass]),
    ...((one.pyFiles ?? []).length === 0 ? [] : ['--py-files', (one.pyFiles ?? []).join(',')]),
    ...Object.entries(caseConf(one, names, heapMb)).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
    one.resource ?? file.resource,
    ...(one.arguments ?? []),
  ];
}
