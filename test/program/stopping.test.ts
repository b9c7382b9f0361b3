import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { buildModules } from './built-modules.js';
import { startProgram, type RunningProgram } from './program.js';
import { findProcessGroup } from './processes.js';
import { runInTerminal } from './terminal.js';

const endless = ['run', 'sparkpi', '--target', 'local', '--', '200000'];

const lastWords = `
import time
from pyspark.sql import SparkSession
SparkSession.builder.getOrCreate()
try:
    print('waiting', flush=True)
    time.sleep(100)
finally:
    print('last words', flush=True)
`;

/** A state and a data directory of its own, over the caches of this machine. */
function createHome(): { readonly home: string; readonly env: Record<string, string> } {
  const home = mkdtempSync(join(tmpdir(), 'spark-dev-stopping-'));
  return { home, env: { XDG_STATE_HOME: join(home, 'state'), XDG_DATA_HOME: join(home, 'data') } };
}

async function startRun(words: readonly string[], env: Record<string, string>): Promise<RunningProgram> {
  const program = startProgram(words, env);
  await program.says(/Spark UI {2}http/);
  return program;
}

async function expectNothingLeft(home: string): Promise<void> {
  await expect.poll(() => findProcessGroup(join(home, 'state')), { timeout: 15_000 }).toEqual([]);
}

describe('the built program', () => {
  it('ends with 143 after SIGTERM, says so in its envelope too, lets the program end, and leaves nothing', async () => {
    const { home, env } = createHome();
    const path = join(home, 'last.py');
    writeFileSync(path, lastWords);
    const program = await startRun(['--json', 'run', path, '--target', 'local'], env);
    await program.says(/waiting/);
    program.child.kill('SIGTERM');
    const { exitCode, stdout, stderr } = await program.ended;
    expect(exitCode).toBe(143);
    expect(stderr).toMatch(/^last words$/m);
    expect(stderr).not.toMatch(/Traceback|Py4J/);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'INTERRUPTED', exitCode: 143 } });
    expect(findProcessGroup(join(home, 'state'))).toEqual([]);
    const runs = join(home, 'state', 'spark-dev', 'runs');
    expect(existsSync(join(runs, readdirSync(runs)[0] ?? '', 'tmp'))).toBe(false);
  });

  it('leaves at once after a second Ctrl-C, with the command that removes what it left on the cluster', async () => {
    const { home, env } = createHome();
    const kubeconfig = join(home, 'data', 'spark-dev', 'kubeconfig');
    mkdirSync(join(home, 'data', 'spark-dev'), { recursive: true });
    writeFileSync(kubeconfig, '');
    // as a person vouches for the folder
    writeFileSync(join(home, 'data', 'spark-dev', '.spark-dev'), '');
    const program = await startRun(endless, env);
    // frozen, the driver does not end before the second one
    const driver = findProcessGroup(join(home, 'state')).find(({ pid, group }) => pid === group)?.pid ?? 0;
    process.kill(driver, 'SIGSTOP');
    program.child.kill('SIGINT');
    await program.says(/press Ctrl-C again/);
    // sooner, it would count as the same one
    await sleep(600);
    program.child.kill('SIGINT');
    const { exitCode, stderr } = await program.ended;
    expect(exitCode).toBe(130);
    expect(stderr).toContain(
      `kubectl --kubeconfig ${kubeconfig} --context spark-dev -n spark delete job,pod,configmap -l spark-dev/run\n`,
    );
    process.kill(driver, 'SIGCONT');
    await expectNothingLeft(home);
  });

  it('finishes its run when the reader has gone', async () => {
    const { home, env } = createHome();
    const program = await startRun(['-v', 'run', 'sparkpi', '--target', 'local', '--', '20'], env);
    program.child.stdout?.destroy();
    program.child.stderr?.destroy();
    expect((await program.ended).exitCode).toBe(0);
    const runs = join(home, 'state', 'spark-dev', 'runs');
    const outcome = JSON.parse(readFileSync(join(runs, readdirSync(runs)[0] ?? '', 'run.json'), 'utf8')) as object;
    expect(outcome).toMatchObject({ target: 'local', pi: expect.closeTo(3.14, 1) as number });
  });

  it('cleans up when its terminal is closed', async () => {
    const { home, env } = createHome();
    const argv = [process.execPath, resolve('dist/main.js'), ...endless];
    const { exitCode } = await runInTerminal(argv, { words: 'Spark UI  http', act: 'close' }, env);
    expect(exitCode).toBe(129);
    const runs = join(home, 'state', 'spark-dev', 'runs');
    expect(existsSync(join(runs, readdirSync(runs)[0] ?? '', 'tmp'))).toBe(false);
    await expectNothingLeft(home);
  });

  it('stops asking on SIGTERM', async () => {
    const load = await buildModules('cli/signals', 'adapters/terminal-ui');
    const asking = `
      const { listenForSignals } = ${load('cli/signals')};
      const { createTerminalUi } = ${load('adapters/terminal-ui')};
      const signals = listenForSignals();
      const settings = { verbosity: 1, yes: false, input: true, terminal: true, colour: false, ...signals };
      await createTerminalUi(settings, process.stderr).confirm('Go on?').catch(({ code }) => console.log('ended:', code));
      process.exit(signals.exitCode());`;
    const argv = [process.execPath, '--input-type=module', '-e', asking];
    const { exitCode, shown } = await runInTerminal(argv, { words: 'Go on?', act: 'SIGTERM' });
    expect(shown).toContain('ended: INTERRUPTED');
    expect(exitCode).toBe(143);
  }, 20_000);
});
