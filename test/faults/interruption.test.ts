import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { runInTerminal } from '../program/terminal.js';
import { programPath } from '../program/program.js';
import { createLaptop, localRun, uiLine, type Laptop } from './laptop.js';
import { injectRowsOn, listRows, type FaultRow } from './rows.js';

const onLaptop: readonly FaultRow<Laptop>[] = [
  {
    row: 8,
    fault: 'the terminal window is closed',
    how: 'a pseudo terminal is closed while the job runs',
    kind: 'shim',
    inject: async (world) => {
      world.driver({ stderr: uiLine, hangs: true });
      const words = [programPath, 'run', join(world.project, 'job.py'), '--target', 'local'];
      const { exitCode } = await runInTerminal(
        [process.execPath, ...words],
        { words: 'Spark UI  http', act: 'close' },
        world.env,
      );
      world.note({ words: localRun, exitCode, signals: ['SIGHUP'] });
      expect(exitCode).toBe(129);
      const runs = join(world.home, 'state', 'runs');
      expect(existsSync(join(runs, readdirSync(runs)[0] ?? '', 'tmp'))).toBe(false);
      return 'exit 129, the scratch of the run is gone';
    },
    again: localRun,
  },
  {
    row: 9,
    fault: 'a second Ctrl-C while a job does not end',
    how: 'the JVM ignores SIGINT',
    kind: 'shim',
    inject: async (world) => {
      mkdirSync(join(world.home, 'data'), { recursive: true });
      writeFileSync(join(world.home, 'data', 'kubeconfig'), '');
      world.driver({ stderr: uiLine, hangs: true, ignores: ['SIGINT', 'SIGTERM'] });
      const live = world.start(localRun);
      await live.says(/Spark UI/);
      live.kill('SIGINT');
      await live.says(/press Ctrl-C again/);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      live.kill('SIGINT');
      const { exitCode, stderr } = await live.ended;
      expect(exitCode).toBe(130);
      expect(stderr).toMatch(/kubectl --kubeconfig .* delete job,pod,configmap -l spark-dev\/run/);
      return 'exit 130 at once, with the command that removes what is left';
    },
    again: localRun,
  },
  {
    row: 10,
    fault: 'the reader of a pipe goes away',
    how: 'stdout and stderr are closed while the job runs',
    kind: 'shim',
    inject: async (world) => {
      world.driver({ stderr: uiLine, stdout: 'line\n'.repeat(1000), delayMs: 1500 });
      const live = world.start(['-v', ...localRun]);
      await live.calls(/^java .*SparkSubmit/);
      live.child.stdout?.destroy();
      live.child.stderr?.destroy();
      const { exitCode } = await live.ended;
      expect(exitCode).toBe(0);
      return 'the job runs to its end, exit 0, nothing is said of it';
    },
    again: localRun,
  },
  {
    row: 11,
    fault: 'Ctrl-C at a terminal reaches the whole foreground group',
    how: 'Ctrl-C typed into a pseudo terminal',
    kind: 'shim',
    inject: async (world) => {
      world.driver({ stderr: uiLine, hangs: true });
      const words = [programPath, 'run', join(world.project, 'job.py'), '--target', 'local'];
      const { exitCode } = await runInTerminal(
        [process.execPath, ...words],
        { words: 'Spark UI  http', keys: '\u0003' },
        world.env,
      );
      world.note({ words: localRun, exitCode, signals: ['SIGINT'] });
      expect(exitCode).toBe(130);
      expect(world.shims.find(/^java .*SparkSubmit/)[0]?.signals).toEqual(['SIGINT']);
      return 'exit 130, and exactly one SIGINT reached the JVM';
    },
    again: localRun,
  },
  {
    row: 12,
    fault: 'two runs at once',
    how: 'both in one home, at the same moment',
    kind: 'shim',
    inject: async (world) => {
      world.driver({ stderr: uiLine, delayMs: 1000 });
      const ends = await Promise.all([world.run(localRun), world.run(localRun)]);
      expect(ends.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
      expect(new Set(readdirSync(join(world.home, 'state', 'runs'))).size).toBe(2);
      return 'both succeed, each with an id of its own';
    },
    again: localRun,
  },
];

injectRowsOn('interruption, Java as a shim', createLaptop, onLaptop);
listRows([
  { row: 6, fault: 'SIGKILL of spark-dev during the dev loop', kind: 'deferred', why: 'there is no dev loop yet' },
  { row: 7, fault: 'SIGKILL of skaffold alone', kind: 'deferred', why: 'there is no dev loop yet' },
]);
