import { devNull } from 'node:os';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { waitFor } from '../../time/wait-for.js';
import { fitRun, type FitDecision, type FitRequest } from '../fit-run.js';
import type { RunInput } from '../run-options.js';
import type { SparkJob } from '../../job/job.js';
import type { RunOutcome } from '../../runs/record.js';
import { leavesStandby } from '../../runs/standby.js';
import {
  clusterFingerprint,
  endOnCluster,
  leaveOnCluster,
  runOnStandby,
  takeForProgram,
  type ClusterStandby,
} from './client/standby.js';
import { takeEmbedded } from './embedded/standby.js';
import { answerWithPi, type ClusterRun, type Launcher, type PreparedRun } from './launcher.js';

interface StandingRun extends ClusterRun {
  readonly standing: {
    readonly standby: ClusterStandby;
    /** The same run without it. */
    readonly cold: () => Promise<PreparedRun<RunOutcome | undefined>>;
  };
}

/** Hands the program to a driver that stands by, and prepares the next one. */
export const standbyLauncher: Omit<Launcher<StandingRun, RunOutcome | undefined>, 'accept'> = {
  plan: async ({ standing }) => (await standing.cold()).plan(),
  async launch(run) {
    const { standing, signal } = run;
    const built = await takeForProgram(run, standing.standby);
    if (built !== undefined) {
      let isGone = false;
      try {
        const outcome = await runOnStandby(run, standing.standby, built);
        isGone = outcome === undefined;
        if (outcome !== undefined) return outcome;
      } finally {
        // a cold run leaves one itself
        if (!isGone && !signal.aborted) await run.leave?.();
      }
    }
    return (await standing.cold()).launch(signal);
  },
  answer: answerWithPi,
};

/** Prepares a driver for this job, as it was asked for, and runs nothing. */
export function onlyStandby(launcher: Launcher<ClusterRun>, asked: SparkJob): Launcher<ClusterRun, undefined> {
  return {
    ...launcher,
    launch: (run) => leaveOnCluster({ ...run, job: asked }).then(() => undefined),
    answer: answerWithPi,
  };
}

/** Ends the drivers that wait for the next run: on the cluster, or on this machine. */
export async function endWaiting(host: Host, cluster: PreparedCluster | undefined): Promise<void> {
  if (cluster === undefined) await takeEmbedded(host, {});
  else await endOnCluster({ host, cluster });
}

/** The launcher, which leaves a driver behind for the next run. */
export function leavingStandby(launcher: Launcher<ClusterRun>): Launcher<ClusterRun> {
  return {
    ...launcher,
    async launch(run) {
      try {
        return await launcher.launch(run);
      } finally {
        if (run.leave !== undefined && !run.signal.aborted && clusterFingerprint(run) !== undefined) {
          run.host.ui.say(leavesStandby);
          await run.leave();
        }
      }
    },
  };
}

/** The pods of the run that has just ended are on their way out. */
export async function fitSoon(host: Host, cluster: PreparedCluster, request: FitRequest): Promise<FitDecision> {
  const decide = (): Promise<FitDecision | SparkDevError> =>
    fitRun(host, cluster, request).catch((error: unknown) => {
      if (error instanceof SparkDevError && error.code === 'RESOURCES_SHORT') return error;
      throw error;
    });
  const limits = { everyMs: 2000, timeoutMs: 30_000, signal: request.input.signal };
  const fit = await waitFor(host.clock, decide, { until: (found) => !(found instanceof SparkDevError), ...limits });
  if (fit instanceof SparkDevError) throw fit;
  return fit;
}

/** Prepares a driver for the next run in a process that nobody waits for. */
export async function leaveBehind({ callDetached, options }: RunInput): Promise<void> {
  // its room is that of the run that has just ended, and never a reason to grow the cluster
  const fit = options.fit === 'shrink' ? [] : ['--fit', 'never'];
  const change = (words: readonly string[]): readonly string[] => [
    ...words.filter((word) => word !== '--detach'),
    ...['--standby', 'only', '--no-input'],
    ...fit,
  ];
  await callDetached?.(change, { logFile: devNull, env: { SPARK_DEV_DETACH: undefined } });
}
