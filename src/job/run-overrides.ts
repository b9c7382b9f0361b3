import type { Settings } from '../config/settings.js';
import type { WantedPort } from '../kube/port-forward/local-port.js';
import { findSparkVersion, type SparkVersion } from '../toolchain/spark/versions.js';
import type { SparkJob } from './job.js';

/** Where and how one call runs a job: flags win over the application's own values, those over the settings. */
export interface JobRequest {
  /** The current namespace when undefined. */
  readonly namespace: string | undefined;
  /** The newest when undefined. */
  readonly spark: SparkVersion | undefined;
  readonly uiPort: WantedPort | undefined;
}

export function requestFor(
  job: Partial<Pick<SparkJob, 'namespace' | 'sparkVersion'>>,
  options: { readonly namespace?: string | undefined },
  settings: Settings,
): JobRequest {
  const version = job.sparkVersion ?? settings.sparkVersion;
  return {
    namespace: options.namespace !== undefined ? settings.namespace : (job.namespace ?? settings.namespace),
    spark: version === undefined ? undefined : findSparkVersion(version),
    uiPort: wantUiPort(settings),
  };
}

/** A port from a file or a variable is only preferred: it holds for many runs, and two of them may overlap. */
function wantUiPort({ uiPort, uiPortIsStrict }: Settings): WantedPort | undefined {
  return uiPort === undefined || uiPortIsStrict === true ? uiPort : { preferred: uiPort };
}
