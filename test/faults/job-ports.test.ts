import { closeSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';
import { findProcessGroup, isLoopback, listListeningAddresses } from '../program/processes.js';
import { runInTerminal } from '../program/terminal.js';
import { programPath } from '../program/program.js';
import { createLaptop, javaRules, localRun, uiLine, type Laptop } from './laptop.js';
import { watchPeak } from './processes.js';
import { injectRows, injectRowsOn, type FaultRow } from './rows.js';

const onLaptop: readonly FaultRow<Laptop>[] = [
  {
    row: 49,
    fault: 'the driver is killed (137), as the kernel does when memory is used up',
    how: 'the JVM kills itself with SIGKILL',
    kind: 'shim',
    inject: async (world) => {
      world.driver({ stderr: uiLine, dies: 'SIGKILL' });
      const { exitCode, stderr } = await world.run(localRun, { jobSucceeded: () => false });
      expect(exitCode).toBe(10);
      expect(stderr).toMatch(/was killed by SIGKILL.*\n.*memory/);
      return 'exit 10: killed by SIGKILL, memory named as the usual reason';
    },
    again: localRun,
  },
  {
    row: 50,
    fault: 'the Java of this machine is too new',
    how: 'a java that says it is 26',
    kind: 'shim',
    inject: async (world) => {
      world.shims.inject(...javaRules(26));
      const { stdout, exitCode } = await world.run(['doctor', '--only', 'java']);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/no Java 17 to 25/);
      return 'doctor says which versions would do, and that a run fetches one';
    },
    again: ['doctor', '--only', 'java'],
  },
  {
    row: 52,
    fault: '500 MB of output in lines of 10 MB, and binary',
    how: 'the JVM prints it, stdout is a file',
    kind: 'shim',
    inject: async (world) => {
      world.driver({ stderr: uiLine, longLines: 50, garbage: true });
      const path = join(world.project, 'out');
      const file = openSync(path, 'w');
      const child = spawn(process.execPath, [programPath, ...localRun], {
        cwd: world.project,
        env: { ...process.env, ...world.env },
        stdio: ['ignore', file, 'ignore'],
      });
      const peak = watchPeak(child.pid ?? 0);
      const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
      closeSync(file);
      world.note({ words: localRun, exitCode });
      expect(exitCode).toBe(0);
      expect(peak()).toBeLessThan(400);
      const bytes = readFileSync(path);
      expect(bytes.length).toBe(50 * (10 * 1024 ** 2 + 1) + 65_536);
      expect(bytes.subarray(-65_536)).toEqual(Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 7919) % 256)));
      return `exit 0, every byte in the file, ${String(peak())} MB of memory at the most`;
    },
    again: localRun,
  },
  {
    row: 52,
    fault: 'sequences that write into the clipboard or the title of a terminal',
    how: 'the JVM prints OSC 52 and OSC 0 on a terminal',
    kind: 'shim',
    inject: async (world) => {
      world.driver({
        stderr: uiLine,
        stdout: 'a\u001b]52;c;ZXZpbA==\u0007b\u001b]0;title\u0007c\u001b[31mred\u001b[0m\n',
      });
      const argv = [process.execPath, programPath, 'run', join(world.project, 'job.py'), '--target', 'local'];
      const { exitCode, shown } = await runInTerminal(argv, [], { ...world.env });
      expect(exitCode).toBe(0);
      expect(shown).not.toContain('\u001b]');
      expect(shown).toContain('red');
      return 'the sequences are dropped, colours pass';
    },
    again: localRun,
  },
  {
    row: 53,
    fault: 'port 4040 is in use',
    how: 'a server of this test listens on it',
    kind: 'real',
    inject: async (world) => {
      const server = createServer();
      const isManaged = await new Promise<boolean>((resolve) => {
        server.once('error', () => {
          resolve(false);
        });
        server.listen(4040, '127.0.0.1', () => {
          resolve(true);
        });
      });
      world.closers.push(() => server.close());
      const { exitCode, stderr } = await world.run(localRun);
      expect(exitCode).toBe(0);
      expect(stderr).toMatch(/Port 4040 is taken by .*; using 40[4-9]\d/);
      if (isManaged) expect(stderr).toContain(`(pid ${String(process.pid)})`);
      const strict = await world.run([...localRun, '--ui-port', '4040']);
      expect(strict.exitCode).toBe(9);
      expect(strict.stderr).toContain('PORT_TAKEN');
      server.close();
      return 'the next free one, with the holder named; --ui-port 4040 is refused with exit 9';
    },
    again: localRun,
  },
  {
    row: 58,
    fault: 'hostile names of applications',
    how: 'files of such names, each run, and the same names in spark-dev.yaml',
    kind: 'shim',
    inject: async (world) => {
      const codes: (number | null)[] = [];
      for (const name of hostileNames) {
        const file = join(world.project, `${name}.py`);
        writeFileSync(file, '');
        codes.push((await world.run(['run', file, '--target', 'local'])).exitCode);
      }
      const apps = Object.fromEntries(hostileNames.map((name) => [name, { path: 'job.py' }]));
      writeFileSync(join(world.project, 'spark-dev.yaml'), JSON.stringify({ version: 1, apps }));
      codes.push((await world.run(localRun)).exitCode);
      rmSync(join(world.project, 'spark-dev.yaml'));
      expect(existsSync(join(world.project, 'canary'))).toBe(false);
      expect(codes.filter((code) => code !== 0 && code !== 2)).toEqual([]);
      const ids = readdirSync(join(world.home, 'state', 'runs'));
      for (const id of ids) expect(id).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
      return `${String(ids.length)} run under names of RFC 1123, the yaml is refused with exit 2; nothing was executed`;
    },
    again: localRun,
  },
  {
    row: 60,
    fault: 'the folder of runs, with the event logs in it, cannot be written',
    how: 'a file stands in its place',
    kind: 'real',
    inject: async (world) => {
      mkdirSync(join(world.home, 'state'), { recursive: true });
      for (const name of ['.spark-dev', 'runs']) writeFileSync(join(world.home, 'state', name), '');
      const { exitCode, stderr } = await world.run(localRun, { jobSucceeded: () => world.finished() > 0 });
      rmSync(join(world.home, 'state', 'runs'));
      expect(exitCode).toBe(1);
      expect(stderr).toContain('DISK_WRITE_FAILED');
      return 'exit 1 before the job begins, with the path';
    },
    again: localRun,
  },
];

const hostileNames = [
  'a'.repeat(200),
  'UPPER_case',
  'trailing-',
  '; touch canary',
  '$(touch canary)',
  '{a: b}',
  'x\n---\ny',
  '!!js',
  '-leading',
  '🐘',
];

const withSpark: readonly FaultRow[] = [
  {
    row: 48,
    fault: 'a job that ends with exit code 3',
    how: 'a PySpark application that does',
    kind: 'real',
    inject: async (world) => {
      writeFileSync(
        join(world.project, 'bad.py'),
        'import sys\nfrom pyspark.sql import SparkSession\nSparkSession.builder.getOrCreate()\nsys.exit(3)\n',
      );
      writeFileSync(join(world.project, 'job.py'), 'print("done")\n');
      const words = ['run', 'bad.py', '--target', 'local', '--json'];
      const { exitCode, stdout } = await world.run(words, { jobSucceeded: () => false });
      expect(exitCode).toBe(10);
      const { error } = JSON.parse(stdout) as { error: { what: string; facts: object } };
      expect(error.what).toContain('exit code 3');
      expect(error.facts).toMatchObject({ driverExitCode: 3 });
      return 'exit 10, the driver’s 3 in the message and in the JSON';
    },
    again: localRun,
  },
  {
    row: 56,
    fault: 'localhost is ::1 for some',
    how: 'the listeners of a real run are looked at, and its UI is asked by address',
    kind: 'real',
    inject: async (world) => {
      writeFileSync(
        join(world.project, 'job.py'),
        'import time\nfrom pyspark.sql import SparkSession\nSparkSession.builder.getOrCreate()\ntime.sleep(4)\n',
      );
      const live = world.start(localRun);
      const [, url = ''] = await live.says(/Spark UI {2}(http\S+)/);
      const addresses = listListeningAddresses(findProcessGroup(join(world.home, 'state')));
      const page = await fetch(url);
      await live.ended;
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:/);
      expect(page.status).toBe(200);
      expect(addresses.filter((address) => !isLoopback(address))).toEqual([]);
      return `127.0.0.1 by number; ${String(addresses.length)} listeners, all on loopback`;
    },
    again: localRun,
  },
];

injectRowsOn('jobs and ports, Java as a shim', createLaptop, onLaptop);
injectRows('jobs and ports, real Spark', withSpark);
