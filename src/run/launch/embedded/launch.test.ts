import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../../test/fakes/fake-host.js';
import { recorded } from '../../../../test/fakes/recorded.js';
import type { Scripted } from '../../../../test/fakes/fake-runner.js';
import { describeDistribution } from '../../../toolchain/spark/distribution.js';
import { sparkVersion } from '../../../toolchain/spark/versions.js';
import { findApplication } from '../../../job/application.js';
import { resolveJob } from '../../../job/resolve-job.js';
import { acceptEmbedded } from './accept.js';
import type { RunOutcome } from '../../../runs/record.js';
import { embeddedLauncher } from './launch.js';
import { createJob } from '../../../../test/fakes/a-job.js';
import type { FileLocation, SparkJob } from '../../../job/job.js';

const javaSettings = '    java.specification.version = 17\njava.base@17\n';
const uiLine = "26/11/21 11:21:46 INFO Utils: Successfully started service 'SparkUI' on port 4043.";

const { package: packageFolder } = createFakeHost().directories;

/** A machine with Java, Python and an unpacked Spark, whose driver is as scripted. */
function world(driver: Partial<Scripted>): FakeHost {
  const host = createFakeHost({
    programs: [
      { argv: ['java'] },
      { argv: ['/usr/bin/java', '-XshowSettings:properties'], stdout: javaSettings },
      { argv: ['python3'] },
      {
        argv: ['/usr/bin/python3', '-IS', join(packageFolder, 'images/spark/driver/driver.py'), '/usr/bin/java'],
        ...driver,
        does: (argv, options) => {
          const properties = readFileSync(argv[argv.indexOf('--properties-file') + 1] ?? '', 'utf8');
          const events = /^spark\.eventLog\.dir=file:\/\/(.*)$/m.exec(properties)?.[1] ?? '';
          writeFileSync(join(events, 'local-1795'), '');
          return driver.does?.(argv, options);
        },
      },
      { argv: ['/usr/bin/python3'], stdout: '3.11' },
    ],
  });
  mkdirSync(describeDistribution(host.directories, sparkVersion).folder, { recursive: true });
  return host;
}

async function run(host: FakeHost, words: readonly string[] = []): Promise<RunOutcome> {
  const app = await findApplication(host.directories, 'sparkpi', { lang: 'python' });
  const { job } = await resolveJob(app, {}, words);
  const outcome = await embeddedLauncher.launch({
    host,
    app,
    job,
    uiPort: undefined,
    signal: new AbortController().signal,
  });
  if (outcome === undefined) throw new Error('nothing was run');
  return outcome;
}

/** But for those of a port that is taken on this machine. */
function warningsOf(host: FakeHost): readonly string[] {
  return host.ui.lines.filter((line) => line.startsWith('!') && !line.startsWith('! Port'));
}

describe('a run in local mode', () => {
  it('answers with π, the application and the address that Spark really took', async () => {
    const host = world({ stdout: 'Pi is roughly 3.14172', stderr: uiLine });
    const outcome = await run(host);
    expect(outcome).toMatchObject({
      pi: 3.14172,
      target: 'local',
      appId: 'local-1795',
      ui: { url: 'http://127.0.0.1:4043' },
    });
    expect(JSON.parse(readFileSync(join(outcome.folder, 'run.json'), 'utf8'))).toEqual(outcome);
    expect(readdirSync(outcome.folder).sort()).toEqual([
      'conf',
      'driver.log',
      'events',
      'outcome.json',
      'run.json',
      'spec.json',
    ]);
    expect(host.ui.lines).toContain('Spark UI  http://127.0.0.1:4043');
  });

  it('keeps a run to its owner, whatever the umask and what is there already', async () => {
    const modeOf = (path = ''): number => statSync(path).mode & 0o777;
    const modes: number[] = [];
    const host = world({
      ...{ stdout: 'Pi is roughly 3.14172', stderr: uiLine },
      does: (argv) => {
        modes.push(modeOf(argv[argv.indexOf('--properties-file') + 1]));
      },
    });
    mkdirSync(join(host.directories.state, 'runs'), { recursive: true, mode: 0o755 });
    const { folder } = await run(host);
    expect(modes).toEqual([0o600]);
    expect([dirname(folder), folder].map(modeOf)).toEqual([0o700, 0o700]);
    expect(modeOf(join(folder, 'run.json'))).toBe(0o600);
  });

  it('ends with exit 10 and the application’s own words when the driver fails', async () => {
    const stderr = `${uiLine}\nsparkpi: SLICES must be a whole number\n26/11/21 11:21:51 INFO ShutdownHookManager: Shutdown hook called`;
    const host = world({ exitCode: 2, stderr });
    await expect(run(host, ['abc'])).rejects.toMatchObject({
      code: 'JOB_FAILED',
      exitCode: 10,
      why: 'sparkpi: SLICES must be a whole number',
    });
    const [folder = ''] = readdirSync(join(host.directories.state, 'runs'));
    expect(readdirSync(join(host.directories.state, 'runs', folder))).not.toContain('tmp');
  });

  it('ends with exit 10 when something kills the driver, as the kernel does without memory', async () => {
    await expect(run(world({ signal: 'SIGKILL', stderr: uiLine }))).rejects.toMatchObject({
      code: 'JOB_FAILED',
      exitCode: 10,
      what: 'The job failed: the local driver was killed by SIGKILL',
      log: expect.stringMatching(/driver\.log$/) as string,
    });
  });

  it('blames no application where Java cannot read Spark', async () => {
    const stderr =
      'Error: Could not find or load main class org.apache.spark.deploy.SparkSubmit\nCaused by: java.lang.ClassNotFoundException: org.apache.spark.deploy.SparkSubmit';
    const host = world({ exitCode: 1, stderr });
    const { folder } = describeDistribution(host.directories, sparkVersion);
    await expect(run(host)).rejects.toMatchObject({
      code: 'CHECKSUM_MISMATCH',
      fix: [expect.stringMatching(`^rm -r ${folder} `) as string],
    });
  });

  it('stays a good job when its class archive cannot be kept', async () => {
    const host = world({
      stdout: 'Pi is roughly 3.14172',
      stderr: uiLine,
      does: (argv) => {
        const written = argv.find((word) => word.startsWith('-XX:ArchiveClassesAtExit='))?.replace(/^.*=/, '') ?? '';
        writeFileSync(written, '');
        // a file where the folder would be: as unwilling as a full disk
        writeFileSync(join(host.directories.cache, 'class-archives'), '');
      },
    });
    expect(await run(host)).toMatchObject({ pi: 3.14172 });
    expect(host.ui.lines.join('\n')).toMatch(/^! .*Could not save Spark's class archive.*: E/m);
  });

  describe.each(['17', '25'])('where Java %s had no room to write the class archive, and ended with 1', (java) => {
    const trouble = recorded(`spark/no-room-for-archive-${java}`);
    const ending = (said: string, stdout = ''): FakeHost =>
      world({
        exitCode: trouble.exitCode,
        stdout,
        stderr: `${said}\n${trouble.stderr ?? ''}`,
      });

    it.each(['Pi is roughly 3.14172', '3 bad rows'])('calls no job good whose exit code is lost: %s', async (said) => {
      const host = ending(uiLine, said);
      await expect(run(host)).rejects.toMatchObject({
        code: 'JOB_FAILED',
        what: "The application's exit code was lost, so the job counts as failed",
      });
      const argvs = (): string => host.runner.calls.map(({ argv }) => argv.join(' ')).join('\n');
      expect(argvs().match(/ArchiveClassesAtExit/g)).toHaveLength(1);
      await run(host).catch(() => undefined);
      expect(argvs().match(/ArchiveClassesAtExit/g)).toHaveLength(1);
    });

    it('is not told so by the application', async () => {
      const host = ending(uiLine);
      await run(host).catch(() => undefined);
      await expect(run(host)).rejects.toMatchObject({
        what: expect.stringContaining('ended with exit code 1') as string,
      });
    });

    it.each([
      ['of Java', 'Exception in thread "main" java.lang.ArithmeticException: / by zero'],
      ['of Python', 'Traceback (most recent call last):\n  File "a.py"\nValueError: no such column'],
    ])('names what the job failed of: %s', async (_title, words) => {
      const failure: unknown = await run(ending(words)).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'JOB_FAILED', why: words.split('\n').at(-1) });
    });
  });

  it('stays a good job when its record cannot be written and its events are gone, and says so once', async () => {
    const host = world({
      stdout: 'Pi is roughly 3.14172',
      stderr: '26/11/21 11:21:46 INFO SparkContext: Running Spark version 4.3.0',
      does: (argv) => {
        const folder = dirname(dirname(argv[argv.indexOf('--properties-file') + 1] ?? ''));
        // a folder where the file would be: as unwilling as a full disk
        mkdirSync(join(folder, 'run.json'));
        // and no event log
        rmSync(join(folder, 'events'), { recursive: true });
      },
    });
    expect(await run(host)).toMatchObject({ pi: 3.14172, appId: undefined });
    expect(warningsOf(host)).toEqual([expect.stringMatching(/Could not write the run's record: E/)]);
  });

  it('fetches nothing and starts nothing when Python is missing', async () => {
    const host = createFakeHost();
    await expect(run(host)).rejects.toMatchObject({ code: 'PYTHON_MISSING', exitCode: 4 });
    expect(host.runner.calls).toEqual([]);
    expect(dirname(host.directories.cache)).toBe(host.directories.working);
  });
});

const here = (path: string): FileLocation => ({ where: 'here', path });
const inImage = { where: 'image', path: '/opt/a.jar' } as const;

it.each<[string, Partial<SparkJob>, object]>([
  ['R', { main: { kind: 'r', at: here('/etl.R') } }, { why: "PyPI's Spark does not include it." }],
  [
    'a jar in the image',
    { jars: [{ at: inImage, as: undefined }] },
    { what: expect.stringContaining('/opt/a.jar') as string },
  ],
  ['an application in the image', { main: { kind: 'python', at: inImage } }, {}],
  ...[',', ':', '?', '[', ']'].map((character): [string, Partial<SparkJob>, object] => [
    `a file with ${character} in its name`,
    { files: [{ at: here(`/a/da${character}ta.txt`), as: undefined }] },
    { what: `Spark cannot read ${JSON.stringify(`/a/da${character}ta.txt`)} in a list of files` },
  ]),
])('refuses %s', (_title, job, error) => {
  const accept = (): void => {
    acceptEmbedded(createFakeHost(), createJob(job));
  };
  expect(accept).toThrow(expect.objectContaining({ code: 'USAGE', ...error }) as Error);
});
