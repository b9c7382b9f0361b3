import { eventsClaim } from '../kube/names.js';

/** The mount path of the namespace's claim for event logs. */
export const eventsPath = '/var/log/spark-events';

/** `dir` is a URL of a folder that exists. */
export function eventLogConf(dir: string): Readonly<Record<string, string>> {
  return {
    'spark.eventLog.enabled': 'true',
    'spark.eventLog.dir': dir,
    'spark.eventLog.rolling.enabled': 'false',
    'spark.eventLog.compress': 'false',
  };
}

const volume = `spark.kubernetes.driver.volumes.persistentVolumeClaim.${eventsClaim}`;

/** For a driver in its own pod, which Spark creates. */
export const eventsVolumeConf: Readonly<Record<string, string>> = {
  [`${volume}.mount.path`]: eventsPath,
  [`${volume}.options.claimName`]: eventsClaim,
};
