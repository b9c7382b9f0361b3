import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bestEffort } from '../../../errors/best-effort.js';
import { quoteArgv } from '../../../errors/quote-argv.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { chooseLocalPort, type WantedPort } from '../../../kube/port-forward/local-port.js';
import type { Host } from '../../../ports/host.js';
import { everyExitCode, type RunResult } from '../../../ports/runner.js';
import { runVariable } from '../../../runs/live-run.js';
import { inRunFolder, keepRecord, writePrivately } from '../../../runs/private-run.js';
import { createRunId } from '../../../runs/run-id.js';
import { findPython } from '../../../toolchain/spark/python.js';
import { ensureSparkRuntime } from '../../../toolchain/spark/runtime.js';
import { sparkVersion, type SparkVersion } from '../../../toolchain/spark/versions.js';
import type { Application } from '../../../job/application.js';
import { inStep } from '../../../steps/apply.js';
import { dropArchiveTalk, hidesExitCode } from './archive-talk.js';
import { buildWith } from '../../../job/build.js';
import { openClassArchive, type ClassArchive } from './class-archive.js';
import { explainJobFailure, explainKilledDriver } from '../../failure/explain-failure.js';
import type { SparkJob } from '../../../job/job.js';
import { frontOf, localArgv, localEnv, localFiles, localFolders, type LocalSubmission } from './local-argv.js';
import { refuseEmbedded } from './local-limits.js';
import { findPiLine, type RunOutcome } from '../../../spark/run-result.js';

export interface LocalRun {
  readonly app: Application;
  readonly job: SparkJob;
  readonly uiPort: WantedPort | undefined;
  /** The newest when absent. */
  readonly spark?: SparkVersion | undefined;
  readonly signal: AbortSignal;
}

const usualUiPort = 4040;
const localDriver = 'the local driver';

/** Spark inside one JVM on this machine, from nothing to its end; throws JOB_FAILED (exit 10) when the driver ended badly. */
export async function runLocally(host: Host, run: LocalRun): Promise<RunOutcome> {
  const { app, signal, spark = sparkVersion } = run;
  // first, so that a port asked for in vain costs no download
  const { port, note } = await chooseLocalPort(usualUiPort, run.uiPort);
  if (note !== undefined) host.ui.warn(note);
  refuseEmbedded(run);
  const startedAt = host.clock.now();
  const python = app.kind === 'python' ? await findPython(host, spark, signal) : undefined;
  const runtime = await ensureSparkRuntime(host, spark, signal);
  const resolve = host.clock.now() - startedAt;
  const built = await buildWith(host, app, runtime, signal);

  const runId = createRunId(app.name, new Date(host.clock.now()), randomBytes(2).toString('hex'));
  const folder = join(host.directories.state, 'runs', runId);
  const folders = localFolders(folder);
  const archive = await openClassArchive(host.directories, runtime, folders.scratch, frontOf(run.job));
  if (archive.leftOut !== undefined) host.ui.detail(archive.leftOut);
  const submission: LocalSubmission = {
    runtime,
    name: app.name,
    main: built.main,
    job: run.job,
    python,
    uiPort: port,
    uiPortIsStrict: typeof run.uiPort === 'number',
    folders,
    archiveOptions: archive.options,
  };
  const driver = await inRunFolder(host, runId, () => runDriver(host, submission, archive, { folder, signal }));
  const outcome: RunOutcome = {
    pi: driver.pi,
    output: driver.output,
    target: 'local',
    appId: await readAppId(folders.events),
    runId,
    ui: { url: driver.uiUrl },
    driver: 'local[*]',
    executors: ['driver'],
    folder,
    durationsMs: { resolve, ...built.durationsMs, ...driver.durationsMs },
  };
  await keepRecord(host, folder, outcome);
  return outcome;
}

interface DriverEnd {
  readonly pi: number | undefined;
  readonly output: string;
  readonly uiUrl: string | undefined;
  readonly durationsMs: { readonly start: number; readonly job: number };
}

async function runDriver(
  host: Host,
  submission: LocalSubmission,
  archive: ClassArchive,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<DriverEnd> {
  const { folders } = submission;
  for (const path of [folders.events, folders.conf, folders.scratch]) await mkdir(path, { recursive: true });
  for (const [path, text] of Object.entries(localFiles(submission))) await writePrivately(path, text);
  const logFile = join(folder, 'driver.log');
  const startedAt = host.clock.now();
  const { output } = host.ui;
  let ui: { readonly url: string; readonly at: number } | undefined;
  const onLine = (line: string, stream: 'stdout' | 'stderr'): void => {
    if (stream === 'stderr') host.ui.detail(line);
    else if (output === undefined) host.ui.log(line);
    const port = ui === undefined ? findUiPort(line) : undefined;
    if (port === undefined) return;
    ui = { url: `http://127.0.0.1:${String(port)}`, at: host.clock.now() };
    host.ui.say(`Spark UI  ${ui.url}`);
  };
  try {
    return await inStep(host, `Run ${submission.name} in local mode`, async () => {
      const end = await host.runner.run(localArgv(submission), {
        env: { ...localEnv(submission, host.env), [runVariable]: folder },
        cwd: host.directories.working,
        signal,
        accept: everyExitCode,
        logFile,
        onLine,
        onOutput: output,
        drained: () => host.ui.drained(),
      });
      if (
        end.exitCode !== 0 &&
        linesOf(end).some((line) => line.includes('ClassNotFoundException: org.apache.spark.deploy.SparkSubmit'))
      )
        throw damagedSpark(submission.runtime.distribution.folder, logFile);
      if (end.exitCode !== 0) throw await explainEnd(host, end, { archive, logFile });
      await bestEffort(host, archiveLost, () => archive.keep());
      const endedAt = host.clock.now();
      const uiAt = ui?.at ?? endedAt;
      return {
        pi: findPiLine(end.stdout)?.pi,
        output: end.stdout.slice(-longestOutput),
        uiUrl: ui?.url,
        durationsMs: { start: uiAt - startedAt, job: endedAt - uiAt },
      };
    });
  } catch (error) {
    const killer = error instanceof SparkDevError ? error.facts?.['signal'] : undefined;
    if (crashes.some((signal) => signal === killer)) await bestEffort(host, archiveLost, () => archive.drop());
    throw typeof killer === 'string' ? explainKilledDriver(localDriver, killer, logFile) : error;
  } finally {
    await bestEffort(host, `The run's temporary files are still there`, () =>
      rm(folders.scratch, { recursive: true, force: true }),
    );
  }
}

/** What the kernel sends to a JVM that mapped a damaged file, or that the JVM sends itself then. */
const crashes = ['SIGABRT', 'SIGBUS', 'SIGSEGV'];
const archiveLost = "The next start will be as slow as this one, Spark's class archive could not be kept";

/** Characters; the run's log has all of it. */
const longestOutput = 64 * 1024;

/** The port that Spark really took: it goes on to the next one when somebody was faster. */
export function findUiPort(line: string): number | undefined {
  const port = /Successfully started service 'SparkUI' on port (\d+)/.exec(line)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Spark names the event log by the application. */
async function readAppId(events: string): Promise<string | undefined> {
  const [name] = await readdir(events).catch(() => []);
  return name?.replace(/\.inprogress$/, '');
}

/** spark-submit prints what Python says on stderr to stdout. */
function linesOf(end: RunResult): readonly string[] {
  return [...end.stderr.split('\n'), ...end.stdout.split('\n')];
}

/** The application had not even begun. */
function damagedSpark(folder: string, logFile: string): SparkDevError {
  return new SparkDevError('CHECKSUM_MISMATCH', 'Spark in the cache is damaged', {
    why: `Java cannot read its jars below ${folder}.`,
    fix: [`${quoteArgv(['rm', '-r', folder])}   # the next run fetches Spark again`],
    log: logFile,
  });
}

async function explainEnd(
  host: Host,
  end: RunResult,
  { archive, logFile }: { readonly archive: ClassArchive; readonly logFile: string },
): Promise<SparkDevError> {
  const lines = linesOf(end);
  const isHidden = end.exitCode === 1 && archive.isWritten && hidesExitCode(lines);
  if (isHidden) await bestEffort(host, archiveLost, () => archive.drop());
  if (isHidden && !dropArchiveTalk(lines).some((line) => /^(Exception in thread|Traceback \(most)/.test(line))) {
    return new SparkDevError('JOB_FAILED', "The application's exit code was lost, so the job counts as failed", {
      why: "The JVM could not write Spark's class archive at its end, and ended with 1 for that.",
      fix: ['Run it again: the archive is left out then', `Read the driver's log: ${logFile}`],
      log: logFile,
      facts: { driver: localDriver, driverExitCode: end.exitCode },
    });
  }
  const logTail = lines.filter((line) => !/^\S+ \S+ (INFO|WARN) /.test(line));
  return explainJobFailure({ driver: localDriver, exitCode: end.exitCode, reason: '', logTail, logFile });
}
