import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandResult } from '../../../command.js';
import { quoteArgv } from '../../../errors/quote-argv.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { describePackages } from '../../../job/packages/find-requirements.js';
import { buildWith, planCompile, planRuntime } from '../../../job/build.js';
import { embedPackages } from '../packages.js';
import { chooseLocalPort } from '../../../kube/port-forward/local-port.js';
import type { Host } from '../../../ports/host.js';
import { everyExitCode } from '../../../ports/runner.js';
import { runVariable } from '../../../runs/live-run.js';
import { findPi, recordOutcome, type RunOutcome } from '../../../runs/record.js';
import { inRunFolder, newRun, runFolder, writePrivately } from '../../../runs/run-folder.js';
import { ensureSparkRuntime, findPython } from '../../../toolchain/spark/runtime.js';
import { sparkVersion } from '../../../toolchain/spark/versions.js';
import { inStep } from '../../../steps/apply.js';
import { dropArchiveTalk, explainJobFailure, explainKilledDriver } from '../../failure/explain-failure.js';
import { warnIfNoSpark } from '../../failure/no-spark.js';
import { answerWithPi, type JobRun } from '../launcher.js';
import { openClassArchive, type ClassArchive } from './class-archive.js';
import { keepsTables, tablesFolder } from './tables.js';
import {
  frontOf,
  localArgv,
  localEnv,
  localFiles,
  localFolders,
  type LocalSubmission,
  findUnlistable,
} from './local-argv.js';
import { bestEffort } from '../../../errors/disk-error.js';
import { listJobFiles, type FileLocation, type SparkJob } from '../../../job/job.js';
import { isForCluster } from '../../../spark/conf.js';

const usualUiPort = 4040;
const localDriver = 'the local driver';

/** Runs Spark in one JVM on this machine, start to end; throws JOB_FAILED (exit 10) when the driver failed. */
export const embeddedLauncher = {
  /** Shows the files that the last command reads: its arguments would be visible to every user. */
  async plan(run: JobRun): Promise<CommandResult> {
    const { host, app, uiPort, spark, signal } = run;
    const { runtime, fetches } = await planRuntime(host, signal, spark);
    const { commands: compile, main } = await planCompile(run, runtime);
    const python = app.kind === 'python' ? 'python3' : undefined;
    const port = typeof uiPort === 'object' ? uiPort.preferred : (uiPort ?? usualUiPort);
    const resolved = { runtime, main, python, packages: undefined, uiPort: port };
    const { submission } = await planSubmission(run, runFolder(host, 'RUN-ID'), resolved);
    const files = localFiles(submission);
    const commands = [...compile, localArgv(submission)];
    const shown = Object.entries(files).flatMap(([path, text]) => [
      `# in ${path}, which the last command reads:`,
      ...text.trimEnd().split('\n'),
    ]);
    return {
      data: { fetches, files, commands },
      text: [...fetches, ...describePackages(run.job), ...commands.map(quoteArgv), ...shown],
    };
  },
  async launch(request: JobRun): Promise<RunOutcome> {
    const { host, app, signal, spark = sparkVersion } = request;
    // first, so that an unavailable port fails before any download
    const { port, note } = await chooseLocalPort(usualUiPort, request.uiPort);
    if (note !== undefined) host.ui.warn(note);
    const startedAt = host.clock.now();
    const python = app.kind === 'python' ? await findPython(host, spark, signal) : undefined;
    const runtime = await ensureSparkRuntime(host, spark, signal);
    const resolve = host.clock.now() - startedAt;
    const { main, durationsMs: built } = await buildWith(request, runtime);

    const run = newRun(host, app.name);
    const resolved = { runtime, main, python, uiPort: port };
    const { job, packages } = await embedPackages(request, python);
    const { submission, archive } = await planSubmission({ ...request, job }, run.folder, { ...resolved, packages });
    if (archive.leftOut !== undefined) host.ui.detail(archive.leftOut);
    const driver = await inRunFolder(host, run.runId, () => runDriver(host, submission, archive, run.folder, signal));
    const outcome = await recordOutcome(host, run, {
      ...driver,
      target: 'local',
      appId: await readAppId(submission.folders.events),
      driver: 'local[*]',
      executors: ['driver'],
      durationsMs: { resolve, ...built, ...driver.durationsMs },
    });
    return warnIfNoSpark(request, outcome);
  },
  answer: answerWithPi,
  accept: acceptEmbedded,
};

/** The call of Spark in the run's folder, and the class archive that it uses. */
async function planSubmission(
  { host, job, uiPort }: JobRun,
  folder: string,
  resolved: Pick<LocalSubmission, 'runtime' | 'main' | 'python' | 'packages' | 'uiPort'>,
): Promise<{ readonly submission: LocalSubmission; readonly archive: ClassArchive }> {
  const folders = localFolders(folder, tablesFolder(host.directories), await keepsTables(host, job));
  const archive = await openClassArchive(host.directories, resolved.runtime, folders.scratch, frontOf(job));
  const uiPortIsStrict = typeof uiPort === 'number';
  const submission = {
    ...resolved,
    name: job.name.written,
    job,
    uiPortIsStrict,
    folders,
    archiveOptions: archive.options,
  };
  return { submission, archive };
}

type DriverEnd = Pick<RunOutcome, 'pi' | 'output' | 'ui' | 'durationsMs'>;

async function runDriver(
  host: Host,
  submission: LocalSubmission,
  archive: ClassArchive,
  folder: string,
  signal: AbortSignal,
): Promise<DriverEnd> {
  const { folders, runtime } = submission;
  for (const path of [folders.events, folders.conf, folders.scratch, folders.tables])
    await mkdir(path, { recursive: true });
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
  const dropArchive = (): Promise<unknown> => bestEffort(host, archiveLost, async () => archive.drop?.());
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
      if (end.exitCode !== 0) {
        // spark-submit prints what Python says on stderr to stdout
        const lines = [...end.stderr.split('\n'), ...end.stdout.split('\n')];
        // the JVM writes its archive at the very end: if that fails, it exits with 1, whatever the application's code was
        const hidesCode =
          end.exitCode === 1 && archive.keep !== undefined && lines.some((line) => line.startsWith(unusableArchive));
        if (hidesCode) await dropArchive();
        throw explainEnd(end.exitCode, lines, { hidesCode, spark: runtime.distribution.folder, logFile });
      }
      await bestEffort(host, archiveLost, async () => archive.keep?.());
      const endedAt = host.clock.now();
      const uiAt = ui?.at ?? endedAt;
      return {
        pi: findPi(end.stdout),
        output: end.stdout.slice(-longestOutput),
        ui: { url: ui?.url },
        durationsMs: { start: uiAt - startedAt, job: endedAt - uiAt },
      };
    });
  } catch (error) {
    const killer = error instanceof SparkDevError ? error.facts?.['signal'] : undefined;
    if (crashes.some((one) => one === killer)) await dropArchive();
    throw typeof killer === 'string' ? explainKilledDriver(localDriver, killer, logFile) : error;
  } finally {
    await bestEffort(host, `Could not remove the run's temporary files`, () =>
      rm(folders.scratch, { recursive: true, force: true }),
    );
  }
}

/** Signals that end a JVM that mapped a damaged file. */
const crashes = ['SIGABRT', 'SIGBUS', 'SIGSEGV'];
const unusableArchive = 'Unable to use shared archive';
const archiveLost = "Could not save Spark's class archive, so the next start will be as slow as this one";

/** Characters; the run's log has everything. */
const longestOutput = 64 * 1024;

/** The port that Spark really uses: it tries the next one if a port is taken. */
export function findUiPort(line: string): number | undefined {
  const port = /Successfully started service 'SparkUI' on port (\d+)/.exec(line)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Spark names the event log after the application. */
async function readAppId(events: string): Promise<string | undefined> {
  const [name] = await readdir(events).catch(() => []);
  return name?.replace(/\.inprogress$/, '');
}

function explainEnd(
  exitCode: number,
  lines: readonly string[],
  { hidesCode, spark, logFile }: { readonly hidesCode: boolean; readonly spark: string; readonly logFile: string },
): SparkDevError {
  if (lines.some((line) => line.includes('ClassNotFoundException: org.apache.spark.deploy.SparkSubmit')))
    return new SparkDevError('CHECKSUM_MISMATCH', 'Spark in the cache is damaged', {
      why: `Java cannot read its jars in ${spark}.`,
      fix: [`${quoteArgv(['rm', '-r', spark])}   # the next run downloads Spark again`],
      log: logFile,
    });
  if (hidesCode && !dropArchiveTalk(lines).some((line) => /^(Exception in thread|Traceback \(most)/.test(line)))
    return new SparkDevError('JOB_FAILED', "The application's exit code was lost, so the job counts as failed", {
      why: "The JVM could not write Spark's class archive at its end, and exited with 1 because of that.",
      fix: ['Run it again: the next run does not use the archive', `Read the driver's log: ${logFile}`],
      log: logFile,
      facts: { driver: localDriver, driverExitCode: exitCode },
    });
  const logTail = lines.filter((line) => !/^\S+ \S+ (INFO|WARN) /.test(line));
  return explainJobFailure({ driver: localDriver, exitCode, reason: '', logTail, logFile });
}

/** Warns about settings and flags that local mode ignores; throws USAGE for what it cannot do. */
export function acceptEmbedded(host: Host, job: SparkJob): SparkJob {
  const { secrets, volumes, tolerations, driver, executor, executors, serviceAccount, image, dynamicAllocation } = job;
  const ofRoles = (['nodeSelector', 'labels', 'annotations', 'podTemplate'] as const).map(
    (name) => [name, { ...driver[name], ...executor[name] }] as const,
  );
  const said = { secrets, volumes, tolerations, ...Object.fromEntries(ofRoles) };
  // the driver's heap counts
  const sizes = [
    ['driver cores', driver.cores],
    ['driver overhead', driver.overheadMb],
    ['executor memory', executor.memoryMb],
    ['executor cores', executor.cores],
    ['executor overhead', executor.overheadMb],
    ['number of executors', executors === 1 ? undefined : executors],
  ] as const;
  const single = { serviceAccount, image, dynamicAllocation };
  const unused = [
    ...sizes.flatMap(([name, size]) => (size === undefined ? [] : [name])),
    ...Object.entries(said).flatMap(([name, all]) => (Object.keys(all).length > 0 ? [name] : [])),
    ...Object.entries(single).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    ...Object.keys(job.conf).filter(isForCluster),
  ];
  if (unused.length > 0) host.ui.warn(`Ignored in local mode: ${unused.join(', ')}`);
  for (const { path, at } of listJobFiles(job)) refuseFile(at, path[0] !== 'path');
  if (job.main.kind !== 'r') return job;
  throw new SparkDevError('USAGE', `${job.name.written} is written in R, and local mode has no SparkR`, {
    why: "PyPI's Spark does not include it.",
    fix: ['spark-dev run … --target cluster   # with an image that has R and SparkR (image: in spark-dev.yaml)'],
  });
}

/** Local mode has no image, so it has no files in an image. */
function refuseFile(at: FileLocation, isListed: boolean): void {
  if (at.where === 'image')
    throw new SparkDevError('USAGE', `local://${at.path} is in the image, and local mode has none`, {
      why: 'local:// is a path in the image that driver and executors run from.',
      fix: ['spark-dev run … --target cluster', 'Use a file on this machine'],
    });
  const character = at.where === 'here' && isListed ? findUnlistable(at.path) : undefined;
  if (at.where !== 'here' || character === undefined) return;
  throw new SparkDevError('USAGE', `Spark cannot read ${JSON.stringify(at.path)} in a list of files`, {
    why: `Spark cannot read ${JSON.stringify(character)} there, escaped or not.`,
    fix: ['Rename the folder or the file, or use a copy with another path', 'spark-dev run … --target cluster'],
  });
}
