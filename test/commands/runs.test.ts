import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withLiveRun } from '../../src/runs/live-run.js';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const [older, newer] = ['etl-260101000000-aaaa', 'sparkpi-260102000000-bbbb'] as const;
const spec = { app: 'sparkpi', target: 'local', pid: 1, startedAt: '2026-01-02T00:00:00.000Z', sparkVersion: '4.3.0' };
const error = { code: 'JOB_FAILED', what: 'It failed', why: 'because', fix: ['do it'], exitCode: 10 };
const ends = {
  [older]: { state: 'failed', tookMs: 1000, bytes: 10, error },
  [newer]: { state: 'succeeded', tookMs: 2000, bytes: 20 },
};

function createRuns(): { readonly host: FakeHost; readonly pathOf: (run: string, name: string) => string } {
  const host = createFakeHost({ programs: [{ argv: ['du'] }, { argv: ['node', 'main.js', 'run'] }] });
  mkdirSync(host.directories.state, { recursive: true });
  writeFileSync(join(host.directories.state, '.spark-dev'), '');
  const pathOf = (run: string, name: string): string => join(host.directories.state, 'runs', run, name);
  for (const [run, end] of Object.entries(ends)) {
    mkdirSync(pathOf(run, ''), { recursive: true });
    writeFileSync(pathOf(run, 'spec.json'), JSON.stringify(spec));
    writeFileSync(pathOf(run, 'outcome.json'), JSON.stringify(end));
    writeFileSync(pathOf(run, 'driver.log'), `log of ${run}\n`);
  }
  return { host, pathOf };
}

describe('runs list', () => {
  it('tells the state of each run, also of one that was killed, and of one that runs', async () => {
    const { host, pathOf } = createRuns();
    const [killed, live] = ['etl-260103000000-cccc', 'etl-260104000000-dddd'];
    for (const run of [killed, live]) mkdirSync(pathOf(run, ''));
    const { stdout } = await withLiveRun(host, live, () => call(['runs', 'list', '--json'], { host }));
    const runs = readResult(stdout)['runs'] as readonly { runId: string; state: string }[];
    expect(runs.map(({ runId, state }) => [runId, state])).toEqual([
      [live, 'running'],
      [killed, 'lost'],
      [newer, 'succeeded'],
      [older, 'failed'],
    ]);
    const { stdout: text } = await call(['runs', 'list'], { host });
    expect(text).toMatch(/sparkpi-260102000000-bbbb +succeeded +local +2026-01-02 00:00:00 +2\.0 s/);
  });
});

describe('runs show', () => {
  it('shows the newest run, or one by the beginning of its name', async () => {
    const { host, pathOf } = createRuns();
    writeFileSync(pathOf(newer, 'commands.log'), '2026-01-02T00:00:00.000Z java Main\n');
    const { stdout } = await call(['runs', 'show'], { host });
    expect(stdout).toMatch(/^run +sparkpi-260102000000-bbbb\nstate +succeeded after 2\.0 s/);
    expect(stdout).toContain('java Main');
    const failed = await call(['runs', 'show', 'etl', '--json'], { host });
    expect(readResult(failed.stdout)).toMatchObject({ runId: older, state: 'failed', end: { error } });
  });
});

describe('runs prune', () => {
  it('removes old runs, and says which with --dry-run', async () => {
    const { host, pathOf } = createRuns();
    const dry = await call(['runs', 'prune', '--keep', '1', '--dry-run', '--json'], { host });
    expect(readResult(dry.stdout)['removes']).toEqual([expect.stringContaining(older)]);
    expect((await call(['runs', 'prune', '--keep', '1', '--yes'], { host })).exitCode).toBe(0);
    expect([older, newer].map((run) => existsSync(pathOf(run, '')))).toEqual([false, true]);
    expect((await call(['runs', 'prune'], { host })).stdout).toBe('Nothing to remove\n');
    expect((await call(['runs', 'prune', '--keep', 'all'], { host })).exitCode).toBe(2);
  });
});

describe('runs attach', () => {
  it('ends as the run ended', async () => {
    const { host } = createRuns();
    expect(await call(['runs', 'attach'], { host })).toMatchObject({ exitCode: 0, stdout: `log of ${newer}\n` });
    const { exitCode, stdout } = await call(['runs', 'attach', 'etl', '--json'], { host });
    expect([exitCode, readError(stdout)]).toEqual([
      10,
      expect.objectContaining({ code: 'JOB_FAILED', why: 'because' }),
    ]);
  });

  it('follows a live run to its end', async () => {
    const { host, pathOf } = createRuns();
    const run = 'live-260105000000-eeee';
    mkdirSync(pathOf(run, ''));
    writeFileSync(pathOf(run, 'driver.log'), 'first\n');
    const attached = await withLiveRun(host, run, async () => {
      const following = call(['runs', 'attach', 'live'], { host });
      await sleep(20);
      writeFileSync(pathOf(run, 'outcome.json'), JSON.stringify(ends[newer]));
      return { following };
    });
    expect(await attached.following).toMatchObject({ exitCode: 0, stdout: 'first\n' });
  });
});

describe('run --detach', () => {
  const words = ['run', 'app.py', '--detach', '--json', '--', '--detach'];
  const self = ['node', 'main.js'];
  const called = ['node', 'main.js', 'run', 'app.py', '--json', '-o', 'ndjson', '--no-input', '--', '--detach'];

  it('leaves the call to a process of its own, and answers with its run', async () => {
    const { host, pathOf } = createRuns();
    const run = 'app-260106000000-ffff';
    const at = (ms: number): string => new Date(host.clock.now() + ms).toISOString();
    const startedAt = at(0);
    // an earlier process of the same number, and runs that began at the same moment
    const others = ['a', 'b', 'c', 'd', 'e', 'f'].map(
      (letter) => [`${letter}-260107000000-ffff`, { startedAt }] as const,
    );
    for (const [id, said] of [
      [run, { pid: 4242, startedAt }],
      ['old-260108000000-ffff', { pid: 4242, startedAt: at(-1) }],
      ...others,
    ] as const) {
      mkdirSync(pathOf(id, ''));
      writeFileSync(pathOf(id, 'spec.json'), JSON.stringify({ ...spec, ...said }));
    }
    const { stdout } = await call(words, { host, self });
    expect(readResult(stdout)).toMatchObject({ runId: run, pid: 4242, events: pathOf(run, 'events.log') });
    expect(host.runner.detached).toEqual([called]);
    expect(existsSync(pathOf(run, 'events.log'))).toBe(true);
  });

  it('ends when the process is killed before it has a run', async () => {
    const host = createFakeHost({ programs: [{ argv: ['node'], signal: 'SIGKILL' }] });
    const { exitCode, stdout } = await call(words, { host, self });
    expect([exitCode, readError(stdout)]).toEqual([1, expect.objectContaining({ code: 'TOOL_FAILED' })]);
  });

  it('fails as the call fails that comes to no run', async () => {
    const folders = createFakeHost().directories;
    const end = JSON.stringify({ type: 'error', ok: false, error: { ...error, code: 'APP_UNKNOWN' } });
    const fail = (): void => {
      const [name = ''] = readdirSync(join(folders.state, 'logs'));
      writeFileSync(join(folders.state, 'logs', name), `error for a person\n${end}\n`);
    };
    const programs = [{ argv: ['node'], does: fail }];
    const host = { ...createFakeHost({ programs }), directories: folders };
    const { exitCode, stdout } = await call(words, { host, self });
    expect([exitCode, readError(stdout)]).toEqual([
      2,
      expect.objectContaining({ code: 'APP_UNKNOWN', why: 'because' }),
    ]);
  });
});
