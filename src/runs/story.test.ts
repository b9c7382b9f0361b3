import { mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { runVariable, withLiveRun } from './live-run.js';
import { listPrunable } from './prune.js';
import { readStory, recordCommands, tellStory } from './story.js';

const spec = { app: 'etl', target: 'local', job: { conf: { 'spark.my.password': 'SeNtInEl' } } } as const;
const folder = (): string => mkdtempSync(join(tmpdir(), 'spark-dev-tests-'));

describe('the story of a run', () => {
  it('has what was asked for, without secrets, and how it ended', async () => {
    const path = folder();
    await tellStory(createFakeHost(), path, spec, () => Promise.resolve());
    const told = await readStory(path);
    expect(told.spec).toMatchObject({ app: 'etl', pid: process.pid, job: { conf: { 'spark.my.password': '***' } } });
    expect(told.end).toMatchObject({ state: 'succeeded', tookMs: expect.any(Number) as number });
    expect(statSync(join(path, 'spec.json')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['failed', new SparkDevError('JOB_FAILED', 'It failed', { why: 'because' })],
    ['interrupted', new SparkDevError('INTERRUPTED', 'It was interrupted')],
  ] as const)('tells why it %s, and fails as the run does', async (state, error) => {
    const path = folder();
    await expect(tellStory(createFakeHost(), path, spec, () => Promise.reject(error))).rejects.toBe(error);
    const { end } = await readStory(path);
    expect(end).toMatchObject({ state, error: { code: error.code, exitCode: error.exitCode } });
  });

  it('has the commands of the run, and no others', async () => {
    const path = folder();
    const host = recordCommands(
      createFakeHost({ programs: [{ argv: ['java'] }, { argv: ['docker', 'version'], stdout: '1' }] }),
    );
    await host.runner.run(['java', '--password', 'SeNtInEl'], { env: { [runVariable]: path } });
    await host.runner.run(['docker', 'version']);
    expect(readFileSync(join(path, 'commands.log'), 'utf8')).toMatch(/^\S+Z java --password '\*\*\*'\n$/);
  });

  it('of an older version says less', async () => {
    expect(await readStory(folder())).toEqual({ spec: undefined, end: undefined });
  });
});

describe('what is pruned', () => {
  const runs = [1, 2, 3, 4].map((day) => `etl-26010${String(day)}000000-aaaa`);
  const createRuns = (bytes: number) => {
    const host = createFakeHost();
    const { state } = host.directories;
    mkdirSync(state, { recursive: true });
    writeFileSync(join(state, '.spark-dev'), '');
    const paths = runs.map((runId) => join(state, 'runs', runId));
    for (const path of paths) {
      mkdirSync(path, { recursive: true });
      writeFileSync(join(path, 'outcome.json'), JSON.stringify({ state: 'succeeded', bytes }));
    }
    return { host, paths };
  };

  it('is old, or too large, and never the newest or live', async () => {
    const { host, paths } = createRuns(10);
    const [first, second, third] = paths;
    expect(await listPrunable(host)).toEqual([]);
    expect(await listPrunable(host, { runs: 2, bytes: 1000 })).toEqual([second, first]);
    expect(await listPrunable(host, { runs: 9, bytes: 15 })).toEqual([third, second, first]);
    expect(await listPrunable(host, { runs: 9, bytes: 1 })).toEqual([third, second, first]);
    await withLiveRun(host, runs[0] ?? '', async () => {
      expect(await listPrunable(host, { runs: 1, bytes: 1000 })).toEqual([third, second]);
    });
  });
});
