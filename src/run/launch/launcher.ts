import type { PreparedCluster } from '../../clusters/prepared.js';
import type { CommandResult } from '../../command.js';
import type { Application } from '../../job/application.js';
import type { SparkJob } from '../../job/job.js';
import type { WantedPort } from '../../kube/port-forward/local-port.js';
import type { OverlayFiles } from '../../overlay/kustomize/kustomization.js';
import type { Host } from '../../ports/host.js';
import type { RunOutcome } from '../../runs/record.js';
import type { SparkVersion } from '../../toolchain/spark/versions.js';
import type { FitDecision } from '../fit-run.js';

/** One way to start Spark. It gets all that was looked at, checked and decided before, and may be asked more than once. */
export interface Launcher<Run, Outcome = RunOutcome> {
  /** What would be fetched, written and called; nothing is. */
  readonly plan: (host: Host, run: Run) => Promise<CommandResult>;
  /** From the sources to the end; throws JOB_FAILED (exit 10) when the driver ended badly. */
  readonly launch: (host: Host, run: Run) => Promise<Outcome>;
  readonly answer: (host: Host, run: Run, outcome: Outcome) => CommandResult;
  /** The job as it is run by this one; throws USAGE for one that cannot be. */
  readonly accept?: (host: Host, job: SparkJob, cluster: PreparedCluster) => SparkJob;
}

/** An application on a cluster: read, checked and fitted. */
export interface ClusterRun {
  readonly app: Application;
  readonly job: SparkJob;
  /** The newest when undefined. */
  readonly spark?: SparkVersion | undefined;
  /** The local port of the Spark UI; strict where it was asked for by flag. */
  readonly uiPort: WantedPort | undefined;
  readonly cluster: PreparedCluster;
  /** The application's, ours or ejected. */
  readonly overlay: OverlayFiles;
  readonly fit: FitDecision;
  /** There is a terminal, or --yes. */
  readonly canAsk: boolean;
  readonly signal: AbortSignal;
}

/** … and on this machine. */
export type JobRun = Pick<ClusterRun, 'app' | 'job' | 'spark' | 'uiPort' | 'signal'>;

/** What needs room on a cluster, and says the rest by itself. */
export type ClusterRoom = Pick<ClusterRun, 'cluster' | 'fit' | 'uiPort' | 'canAsk' | 'signal'>;
export type BareRun<Ask> = ClusterRoom & { readonly ask: Ask };

/** What was looked at, checked and decided for a run, once: it may be launched again and again. */
export interface PreparedRun<Outcome = RunOutcome> {
  readonly plan: () => Promise<CommandResult>;
  readonly launch: (signal: AbortSignal) => Promise<Outcome>;
  /** Launches, and says what came of it. */
  readonly answer: (signal: AbortSignal) => Promise<CommandResult>;
}

export function ready<Run extends object, Outcome>(
  host: Host,
  launcher: Omit<Launcher<Run, Outcome>, 'accept'>,
  run: Run,
): PreparedRun<Outcome> {
  const launch = (signal: AbortSignal): Promise<Outcome> => launcher.launch(host, { ...run, signal });
  return {
    plan: () => launcher.plan(host, run),
    launch,
    answer: async (signal) => launcher.answer(host, run, await launch(signal)),
  };
}
