import type { PreparedCluster } from '../clusters/prepared.js';
import { loadSettingsFor } from '../config/load-settings.js';
import { noSettings } from '../config/settings.js';
import type { JobShape } from '../fit/spark-pods.js';
import { findApplication } from '../job/application.js';
import { readJob } from '../job/read-job.js';
import { requestFor } from '../job/run-overrides.js';
import { readOwnOverlay } from '../overlay/app-overlay.js';
import { requireAppOverlay } from '../overlay/check-overlay.js';
import type { OverlayFiles } from '../overlay/kustomize/kustomization.js';
import type { Host } from '../ports/host.js';
import type { BareRun, ClusterRun, Launcher } from './launch/launcher.js';
import type { RunInput } from './run-options.js';

/** An application that is to be run. */
export interface RunRequest {
  /** As it is typed, but for the application, so that advice can be typed too. */
  readonly command: string;
  readonly input: RunInput;
  /** By this one, on the own cluster; else where and how flags, settings and the job say. */
  readonly launcher?: Launcher<ClusterRun>;
  /** The cluster that our own application proves as it is shipped: nothing of the user's project counts. */
  readonly proves?: PreparedCluster;
}

/** Something that says all by itself. */
export interface BareRequest<Ask, Outcome> extends Pick<RunRequest, 'command' | 'input'> {
  readonly launcher: Launcher<BareRun<Ask>, Outcome>;
  readonly ask: Ask;
  /** Undefined where it is not told of its size. */
  readonly shape?: JobShape;
}

/** Settings, application and job; throws with all that is wrong with them. */
export async function readRequest(host: Host, { input, proves }: RunRequest) {
  const [name = ''] = input.args;
  const settings = proves === undefined ? await loadSettingsFor(host, input, name) : noSettings;
  const found = await findApplication(host.directories, name, input.options.lang, settings);
  const read = await readJob(host, input, settings, found);
  return { settings, ...read, ...requestFor(read.job, input.options, settings) };
}

/** What is deployed of the application; throws CONFIG_INVALID where it is the user's and no run could use it. */
export async function readOverlay(host: Host, { input, proves }: RunRequest, app: string): Promise<OverlayFiles> {
  if (proves !== undefined) return readOwnOverlay(host.directories);
  const overlay = await requireAppOverlay(host, app, input.signal);
  if (overlay.origin === 'ejected')
    host.ui.say(`The overlay is yours: ${overlay.folder} (spark-dev overlay diff ${app})`);
  return overlay.files;
}
