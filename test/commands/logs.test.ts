import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
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

  describe('of several pods', () => {
    const at = (second: number, text: string): string => `2026-01-02T00:00:0${String(second)}.000000000Z ${text}\n`;
    const createPods = (): ReturnType<typeof createRuns> => {
      const runs = createRuns();
      mkdirSync(runs.pathOf(newer, 'logs'));
      const driver = [at(1, '\u001fhello'), at(4, '\u001d{"ended":"python"}'), at(5, '\u001fPi')].join('');
      writeFileSync(runs.pathOf(newer, 'logs/driver.log'), driver);
      writeFileSync(runs.pathOf(newer, 'logs/exec-1.log'), at(2, 'ERROR one') + at(3, 'fine'));
      return runs;
    };
    const pods = ['driver   hello', 'exec-1   ERROR one', 'exec-1   fine', 'driver   Pi'];

    it.each([
      ['all, in the order of their times', ['--all'], pods],
      ['an executor alone', ['--executor', '1'], ['ERROR one', 'fine']],
      ['some', ['--driver', '--executor', '1', '--executor', '9'], pods],
      ['lines that match', ['--all', '--grep', '^ERROR|Pi'], [pods[1], pods[3]]],
      ['lines since a time', ['--all', '--since', '2026-01-02T00:00:03Z'], pods.slice(2)],
      ['the driver, filtered', ['--grep', 'h.l'], ['hello']],
    ])('shows %s', async (_title, words, lines) => {
      const { stdout, exitCode } = await call(['logs', ...words], createPods());
      expect([exitCode, stdout]).toEqual([0, `${lines.join('\n')}\n`]);
    });

    it('shows nothing of a terminal that a pod asks for, and each pod in its colour', async () => {
      const { host, pathOf } = createPods();
      appendFileSync(pathOf(newer, 'logs/exec-1.log'), at(3, '\u001b]0;title\u0007\u001b[2Jred \u001b[31mtext'));
      const painted = { ...host, ui: { ...host.ui, paintsOutput: true } };
      const { stdout } = await call(['logs', '--all'], { host: painted });
      expect(stdout).toContain('\u001b[35mexec-1   \u001b[39mred \u001b[31mtext\u001b[0m\n');
      expect(stdout).not.toMatch(/title|\[2J/);
    });

    it('follows pods that come later, and the driver alone before its whole log is there', async () => {
      const { host, pathOf } = createPods();
      rmSync(pathOf(newer, 'driver.log'));
      const shown = await withLiveRun(host, newer, async () => {
        const following = [call(['logs', '--all', '-f'], { host }), call(['logs', '-f'], { host })];
        await sleep(20);
        writeFileSync(pathOf(newer, 'logs/exec-2.log'), at(6, 'late'));
        appendFileSync(pathOf(newer, 'logs/driver.log'), at(7, 'half'));
        await sleep(20);
        writeFileSync(pathOf(newer, 'driver.log'), 'the whole log\n');
        return { following };
      });
      const [all, driver] = await Promise.all(shown.following);
      const lines = all?.stdout.trimEnd().split('\n') ?? [];
      // what comes from two pods at once is shown as it comes
      expect([lines.slice(0, 4), lines.slice(4).sort()]).toEqual([pods, ['driver   half', 'exec-2   late']]);
      expect(driver?.stdout).toBe('hello\nPi\nhalf\n');
    });

    it.each([
      ['--since', 'yesterday'],
      ['--grep', '('],
      ['--executor', 'one'],
    ])('refuses %s %s', async (...words) => {
      expect(await call(['logs', ...words], createPods())).toMatchObject({ exitCode: 2 });
    });

    it('reads a log of many chunks whole', async () => {
      const { host, pathOf } = createPods();
      const line = `${at(3, 'x'.repeat(200)).trimEnd()}\n`;
      writeFileSync(pathOf(newer, 'logs/exec-1.log'), line.repeat(20_000));
      const { stdout } = await call(['logs', '--executor', '1', '--grep', 'x'], { host });
      expect(stdout.length).toBe(20_000 * 201);
    });
  });

  it('shows the run before', async () => {
    const { host, pathOf } = createRuns();
    const before = 'sparkpi-260101120000-cccc';
    mkdirSync(pathOf(before, ''));
    writeFileSync(pathOf(before), 'earlier\n');
    expect((await call(['logs', 'sparkpi', '--previous'], { host })).stdout).toBe('earlier\n');
    expect((await call(['logs', newer, '--previous'], { host })).stdout).toBe('earlier\n');
    expect((await call(['logs', 'etl', '--previous'], { host })).exitCode).toBe(2);
  });

  it('names the newest run for one that is not there, and what to do when there is none', async () => {
    const { host } = createRuns();
    expect(readError((await call(['logs', 'nope', '--json'], { host })).stdout)).toMatchObject({
      code: 'USAGE',
      fix: [`spark-dev logs ${newer}`, 'spark-dev runs list'],
    });
    expect(readError((await call(['logs', '--json'])).stdout).fix).toEqual([
      'spark-dev run sparkpi',
      'spark-dev runs list',
    ]);
  });
});
