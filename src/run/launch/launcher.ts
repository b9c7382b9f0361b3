import type { PreparedCluster } from '../../clusters/prepared.js';
import type { CommandResult } from '../../command.js';
import type { Application } from '../../job/application.js';
import type { SparkJob } from '../../job/job.js';
import type { WantedPort } from '../../kube/port-forward/local-port.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import type { OverlayFiles } from '../../overlay/kustomize/kustomization.js';
import type { Host } from '../../ports/host.js';
import { pruneRuns } from '../../runs/prune.js';
import type { RunOutcome } from '../../runs/record.js';
import type { StandbyMode } from '../../config/standby-modes.js';
import { recordCommands } from '../../runs/story.js';
import type { SparkVersion } from '../../toolchain/spark/versions.js';
import type { FitDecision } from '../fit-run.js';

/** One way to start Spark. It gets the checked and resolved run, and may be called more than once. */
export interface Launcher<Run, Outcome = RunOutcome> {
  /** For --dry-run: the downloads, files and commands. */
  readonly plan: (run: Run) => Promise<CommandResult>;
  /** Runs the job from the sources to its end; throws JOB_FAILED (exit 10) when the driver failed. */
  readonly launch: (run: Run) => Promise<Outcome>;
  readonly answer: (run: Run, outcome: Outcome) => CommandResult;
  /** The job with the changes of this launcher; throws USAGE for one that it cannot run. */
  readonly accept?: (host: Host, job: SparkJob, cluster: PreparedCluster) => SparkJob;
}

/** An application for a cluster: read, checked and fitted. */
export interface ClusterRun extends NamespaceSession {
  readonly app: Application;
  readonly job: SparkJob;
  /** Undefined: the newest. */
  readonly spark?: SparkVersion | undefined;
  /** The local port of the Spark UI; strict if a flag sets it. */
  readonly uiPort: WantedPort | undefined;
  /** The application's overlay, ours or ejected. */
  readonly overlay: OverlayFiles;
  readonly fit: FitDecision;
  /** A terminal or --yes. */
  readonly canAsk: boolean;
  /** On this machine: take a driver that stands by and leave one behind, or only leave one. */
  readonly standby?: StandbyMode | undefined;
  /** This process stays for more runs, and what it leaves for them ends with it. */
  readonly isResident?: boolean | undefined;
  /** On a cluster: leaves one behind. */
  readonly leave?: (() => Promise<void>) | undefined;
}

/** A run on this machine. */
export type JobRun = Pick<
  ClusterRun,
  'host' | 'app' | 'job' | 'spark' | 'uiPort' | 'signal' | 'standby' | 'isResident'
>;

/** A shell or a spark-submit line: needs room on a cluster, and has no application. */
export type ClusterRoom = NamespaceSession & Pick<ClusterRun, 'fit' | 'uiPort' | 'canAsk'>;
export type BareRun<Ask> = ClusterRoom & { readonly ask: Ask };

/** A checked and resolved run; it can be launched many times. */
export interface PreparedRun<Outcome = RunOutcome> {
  /** Undefined on this machine. */
  readonly cluster: PreparedCluster | undefined;
  readonly plan: () => Promise<CommandResult>;
  readonly launch: (signal: AbortSignal) => Promise<Outcome>;
  /** Launches it and builds the answer. */
  readonly answer: (signal: AbortSignal) => Promise<CommandResult>;
}

export function ready<Run extends { readonly host: Host; readonly cluster?: PreparedCluster }, Outcome>(
  launcher: Omit<Launcher<Run, Outcome>, 'accept'>,
  run: Run,
): PreparedRun<Outcome> {
  const launch = (signal: AbortSignal): Promise<Outcome> =>
    launcher.launch({ ...run, host: recordCommands(run.host), signal }).finally(() => pruneRuns(run.host));
  return {
    cluster: run.cluster,
    plan: () => launcher.plan(run),
    launch,
    answer: async (signal) => launcher.answer(run, await launch(signal)),
  };
}

export function answerWithPi({ host, job }: JobRun, outcome: RunOutcome | undefined): CommandResult {
  if (outcome === undefined) return { data: {}, text: [`A driver for ${job.name.written} stands by for ten minutes`] };
  return answerRun(host, `${job.name.written} succeeded (${outcome.runId})`, outcome);
}

/** If stdout already has the application's output, nothing else may be printed there. */
export function answerRun(host: Host, end: string, outcome: RunOutcome): CommandResult {
  if (outcome.output !== undefined) {
    host.ui.say(end);
    return { data: outcome, text: [], exact: true };
  }
  return { data: outcome, text: [outcome.pi === undefined ? end : `Pi is roughly ${String(outcome.pi)}`] };
}
