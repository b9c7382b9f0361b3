import { eventsClaim } from '../kube/names.js';

/** Where a driver on the cluster writes its events: the claim of its namespace, mounted there. */
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

/** For a driver in a pod of its own, which Spark makes. */
export const eventsVolumeConf: Readonly<Record<string, string>> = {
  [`${volume}.mount.path`]: eventsPath,
  [`${volume}.options.claimName`]: eventsClaim,
};
