import type { JobShape } from '../fit/spark-pods.js';
import {
  clusterMaster,
  confWords,
  driverPodConf,
  patienceConf,
  runConf,
  sparkPreferences,
  templates,
  eventsVolumeConf,
} from '../spark/conf.js';
import { storageClass, type CaseConf, type CaseNames, type VerifyCase } from './case.js';

/** A held application ends once this file exists in the driver. */
export const releaseFile = '/tmp/verified';
export const account = 'spark';

/** Small, so that only memory limits the pods on a small node; the suite requests whole cores. */
const requestMilli = 100;

/** The pods of a case. Spark's suite uses its defaults: 1 GiB heaps, one core. */
export function shapeCase(one: VerifyCase, heapMb: number): JobShape {
  const pod = { cores: 1, requestMilli };
  return {
    language: one.application.language,
    driver: { ...pod, heapMb },
    executor: { ...pod, heapMb: Math.min(heapMb, one.executorHeapMb ?? heapMb) },
    executors: one.executors ?? 1,
  };
}

/** The conf of ordinary runs, what the whole suite sets, and the conf of the case. */
export function caseConf(one: VerifyCase, names: CaseNames, heapMb: number): Readonly<Record<string, string>> {
  const run = { ...names, shape: shapeCase(one, heapMb), templates };
  const conf: CaseConf = {
    ...sparkPreferences,
    ...runConf(run),
    ...driverPodConf(run, account),
    // the namespace has no claim for event logs
    ...Object.fromEntries(Object.keys(eventsVolumeConf).map((key) => [key, undefined])),
    ...patienceConf('submission'),
    ...patienceConf('driver'),
    'spark.kubernetes.container.image': one.image ?? names.image,
    'spark.kubernetes.driver.pod.name': names.driver,
    'spark.authenticate': 'true',
    'spark.ui.enabled': 'true',
    // spark-submit rejects 0
    ...(one.executors === 0 ? { 'spark.executor.instances': undefined } : {}),
    ...(one.held === true ? { 'spark.kubernetes.driverEnv.VERIFY_HOLD': releaseFile } : {}),
    ...one.conf,
  };
  const isSet = (value: string | undefined): value is string =>
    value !== undefined && !(value === storageClass && names.storage === 'default');
  return Object.fromEntries(Object.entries(conf).flatMap(([key, value]) => (isSet(value) ? [[key, value]] : [])));
}

/** The arguments after `submit` in the image. */
export function submitWords(one: VerifyCase, names: CaseNames, heapMb: number): readonly string[] {
  const { mainClass, resource } = one.application;
  const { pyFiles = [] } = one;
  return [
    ...['--master', one.master ?? clusterMaster, '--deploy-mode', one.mode ?? 'cluster'],
    ...['--name', `verify-${one.id.toLowerCase()}`],
    ...(mainClass === undefined ? [] : ['--class', mainClass]),
    ...(pyFiles.length === 0 ? [] : ['--py-files', pyFiles.join(',')]),
    ...confWords(caseConf(one, names, heapMb)),
    resource,
    ...(one.arguments ?? []),
  ];
}
