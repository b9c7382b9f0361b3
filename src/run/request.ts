import { dirname, relative, resolve } from 'node:path';
import type { NamedValues } from '../command.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import { loadSettingsFor } from '../config/load-settings.js';
import { noSettings, type Settings } from '../config/settings.js';
import type { JobShape } from '../fit/spark-pods.js';
import { findApplication, type Application } from '../job/application.js';
import { readJob } from '../job/read-job.js';
import type { SparkJob } from '../job/job.js';
import { readOwnOverlay } from '../overlay/app-overlay.js';
import { requireAppOverlay } from '../overlay/check-overlay.js';
import type { OverlayFiles } from '../overlay/kustomize/kustomization.js';
import type { Host } from '../ports/host.js';
import { findSparkVersion } from '../toolchain/spark/versions.js';
import type { BareRun, ClusterRun, DevPod, Launcher } from './launch/launcher.js';
import type { RunInput } from './run-options.js';

/** A request to run an application. */
export interface RunRequest {
  /** The command as the user types it, without the application, for advice. */
  readonly command: string;
  readonly input: RunInput;
  /** This launcher, on our own cluster; otherwise flags, settings and the job decide. */
  readonly launcher?: Launcher<ClusterRun>;
  /** The cluster that an earlier run of this process found. */
  readonly on?: PreparedCluster | undefined;
  /** Where drivers wait, instead of the submit service's pod. */
  readonly devPod?: DevPod | undefined;
  /** This process stays for more runs, and prepares the driver for each itself. */
  readonly isResident?: boolean;
  /** The cluster to verify with the shipped SparkPi; ignores the user's project. */
  readonly proves?: PreparedCluster;
}

/** A request without an application: a shell or a spark-submit line. */
export interface BareRequest<Ask, Outcome> extends Pick<RunRequest, 'command' | 'input'> {
  readonly launcher: Launcher<BareRun<Ask>, Outcome>;
  readonly ask: Ask;
  /** Undefined if its size is unknown. */
  readonly shape?: JobShape;
}

/** Reads settings, application and job; throws with all their problems. */
export async function readRequest(host: Host, { input, proves }: RunRequest) {
  const [name = ''] = input.args;
  const settings = proves === undefined ? await loadSettingsFor(host, input, name) : noSettings;
  const { lang, module, class: mainClass }: NamedValues & RunInput['options'] = input.options;
  const asked = { lang, module, mainClass: typeof mainClass === 'string' ? mainClass : undefined };
  const app = await findApplication(host.directories, name, asked, settings);
  sayProgram(host, app, settings.apps[name]?.path ?? name);
  const read = await readJob(host, input, settings, app);
  return { settings, app, ...read, ...requestFor(read.job, input.options, settings) };
}

/** Where a folder was named, which of its files is the program. */
function sayProgram({ ui, directories: { working } }: Host, found: Application, named: string): void {
  if (!('at' in found) || found.at.where !== 'here') return;
  const { path } = found.at;
  if (dirname(path) === resolve(working, named)) ui.say(`Program  ${relative(working, path)}`);
}

/** The application's overlay; throws CONFIG_INVALID for an ejected one that no run could use. */
export async function readOverlay(host: Host, { input, proves }: RunRequest, app: string): Promise<OverlayFiles> {
  if (proves !== undefined) return readOwnOverlay(host.directories);
  const overlay = await requireAppOverlay(host, app, input.signal);
  if (overlay.origin === 'ejected')
    host.ui.say(`Using your ejected overlay: ${overlay.folder} (spark-dev overlay diff ${app})`);
  return overlay.files;
}

/** Where and how one call runs a job: flags win over the application's own values, those over the settings. */
export function requestFor(
  job: Partial<Pick<SparkJob, 'namespace' | 'sparkVersion'>>,
  options: { readonly namespace?: string | undefined },
  settings: Settings,
) {
  const { uiPort, uiPortIsStrict } = settings;
  const version = job.sparkVersion ?? settings.sparkVersion;
  return {
    /** Undefined: the current one. */
    namespace: options.namespace !== undefined ? settings.namespace : (job.namespace ?? settings.namespace),
    /** Undefined: the newest. */
    spark: version === undefined ? undefined : findSparkVersion(version),
    // a port from a file or a variable is only preferred: it holds for many runs, and two of them may overlap
    uiPort: uiPort === undefined || uiPortIsStrict === true ? uiPort : { preferred: uiPort },
  };
}
