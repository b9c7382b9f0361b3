import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withLiveRun } from '../../src/runs/live-run.js';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const [older, newer] = ['etl-260101000000-aaaa', 'sparkpi-260102000000-bbbb'] as const;

function createRuns(): { readonly host: FakeHost; readonly pathOf: (run: string, name?: string) => string } {
  const host = createFakeHost();
  const pathOf = (run: string, name = 'driver.log'): string => join(host.directories.state, 'runs', run, name);
  for (const run of [older, newer]) {
    mkdirSync(pathOf(run, ''), { recursive: true });
    writeFileSync(pathOf(run), `log of ${run}\n`);
  }
  return { host, pathOf };
}

describe('logs', () => {
  it.each([
    ['the newest run', [], newer],
    ['a run by its name', [older], older],
    ['a run by the beginning of its name', ['etl'], older],
  ])('shows %s', async (_title, words, run) => {
    const { host, pathOf } = createRuns();
    const shown = await call(['logs', ...words], { host });
    expect([shown.exitCode, shown.stdout, host.ui.lines]).toEqual([0, `log of ${run}\n`, []]);
    const { stdout } = await call(['logs', ...words, '--json'], { host });
    const folder = pathOf(run, '').replace(/\/$/, '');
    expect(readResult(stdout)).toEqual({ runId: run, folder, log: pathOf(run), text: `log of ${run}\n` });
  });

  it('shows what there is of a run that had no driver', async () => {
    const { host, pathOf } = createRuns();
    const built = 'wordcount-260103000000-cccc';
    mkdirSync(pathOf(built, ''));
    expect(readError((await call(['logs', '--json'], { host })).stdout)).toMatchObject({ code: 'USAGE' });
    writeFileSync(pathOf(built, 'skaffold.log'), 'no such image\n');
    expect((await call(['logs'], { host })).stdout).toBe('no such image\n');
  });

  it('follows a live run to its end', async () => {
    const { host, pathOf } = createRuns();
    const shown = await withLiveRun(host, newer, async () => {
      const following = call(['logs', '-f'], { host });
      await sleep(20);
      appendFileSync(pathOf(newer), 'and more\n');
      await sleep(20);
      appendFileSync(pathOf(newer), 'the last line\n');
      return { following };
    });
    expect(await shown.following).toMatchObject({ exitCode: 0, stdout: `log of ${newer}\nand more\nthe last line\n` });
  });

  it('names the newest run for one that is not there, and what to do when there is none', async () => {
    const { host } = createRuns();
    expect(readError((await call(['logs', 'nope', '--json'], { host })).stdout)).toMatchObject({
      code: 'USAGE',
      fix: [`spark-dev logs ${newer}`, 'spark-dev runs list'],
    });
    expect(readError((await call(['logs', '--json'])).stdout).fix).toEqual(['spark-dev run sparkpi', 'spark-dev runs list']);
  });
});
