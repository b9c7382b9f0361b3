import type { SparkJob } from '../../job/job.js';
import type { Standby } from '../../runs/standby.js';
import { leaveOnCluster, runOnStandby } from './client/standby.js';
import { answerWithPi, type ClusterRun, type Launcher, type PreparedRun } from './launcher.js';

interface StandingRun extends ClusterRun {
  readonly standing: {
    readonly standby: Standby;
    /** The same run without it. */
    readonly cold: () => Promise<PreparedRun>;
  };
}

/** Hands the program to a driver that stands by, and prepares the next one. */
export const standbyLauncher: Omit<Launcher<StandingRun>, 'accept'> = {
  plan: async ({ standing }) => (await standing.cold()).plan(),
  async launch(run) {
    const { standing, signal } = run;
    try {
      const outcome = await runOnStandby(run, standing.standby);
      if (outcome !== undefined) return outcome;
    } finally {
      if (!signal.aborted) await leaveOnCluster(run);
    }
    return (await standing.cold()).launch(signal);
  },
  answer: answerWithPi,
};

/** The launcher, which leaves a driver behind for the next run of the job as it was asked for. */
export function leavingStandby(launcher: Launcher<ClusterRun>, asked: SparkJob): Launcher<ClusterRun> {
  return {
    ...launcher,
    async launch(run) {
      try {
        return await launcher.launch(run);
      } finally {
        if (!run.signal.aborted) await leaveOnCluster({ ...run, job: asked });
      }
    },
  };
}
