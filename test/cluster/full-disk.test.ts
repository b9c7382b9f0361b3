import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runProgram, type ProgramEnd } from '../program/program.js';
import { layStandIn, standInRun, type StandIn } from '../program/stand-in-java.js';

const mounted: string[] = [];
const made: string[] = [];

/** Only root can mount one, as on the machines that run this suite. */
function mountSmallDisk(megabytes: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'spark-dev-full-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(megabytes)}m`, 'tmpfs', folder]);
  mounted.push(folder);
  made.push(folder);
  return folder;
}

function layOnSmallDisk(application: string): StandIn {
  const laid = layStandIn(application, mountSmallDisk(3));
  made.push(laid.home);
  return laid;
}

afterEach(() => {
  for (const folder of mounted.splice(0)) execFileSync('umount', ['--lazy', folder]);
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

const run = (laid: StandIn, ...words: readonly string[]): Promise<ProgramEnd> =>
  runProgram([...standInRun, ...words], laid.env, laid.working);
const warnings = ({ stderr }: ProgramEnd): readonly string[] =>
  stderr.split('\n').filter((line) => line.startsWith('!') && !line.includes('Port 4040'));

const fillDisk = `
  const fs = require('fs');
  const filler = fs.openSync(process.env.SPARK_DEV_RUN_FOLDER + '/filler', 'w');
  try { for (;;) fs.writeSync(filler, Buffer.alloc(4096)); } catch {}`;

describe('on a full disk', () => {
  it('a job that ends well is a success, and what could not be written is told once', async () => {
    const laid = layOnSmallDisk(`${fillDisk} for (let n = 0; n < 2000; n++) console.log('line ' + n);`);
    const end = await run(laid);
    expect(end.exitCode, end.stderr).toBe(0);
    expect(end.stdout.trimEnd().split('\n')).toHaveLength(2000);
    expect(warnings(end)).toEqual([
      expect.stringMatching(/^! The log \S+driver\.log is incomplete: ENOSPC/),
      expect.stringMatching(/^! Could not write the run's record: ENOSPC/),
    ]);
    expect(end.stderr).toContain('✓ Run app in local mode');
  });

  it('a job that fails says its own words', async () => {
    const failing = `${fillDisk} console.error('a line\\n'.repeat(2000) + 'ValueError: no such column'); process.exitCode = 1;`;
    const end = await run(layOnSmallDisk(failing), '--json');
    expect(end.exitCode).toBe(10);
    expect(JSON.parse(end.stdout)).toMatchObject({
      error: { code: 'JOB_FAILED', why: 'ValueError: no such column' },
      warnings: expect.arrayContaining([expect.stringMatching(/driver\.log is incomplete/) as string]) as string[],
    });
  });

  it('SparkPi succeeds, without the class archive that has no room there', async () => {
    const state = mountSmallDisk(3);
    const cache = mkdtempSync(join(tmpdir(), 'spark-dev-cache-'));
    made.push(cache);
    const env = { XDG_STATE_HOME: state, XDG_DATA_HOME: join(cache, 'data') };
    const words = ['-v', 'run', 'sparkpi', '--lang', 'python', '--target', 'local', '--', '2'];
    // a class archive that is there already would be used
    const java = readJavaOf(cache);
    const end = await runProgram(words, { ...env, JAVA_HOME: java });
    expect(end.exitCode, end.stderr).toBe(0);
    expect(end.stdout).toMatch(/^Pi is roughly 3\.1\d*\n$/);
    expect(end.stderr).toMatch(/^Spark's class archive is not used: it needs .*, and \S+ has /m);
    const runs = join(state, 'spark-dev', 'runs');
    const log = readFileSync(join(runs, readdirSync(runs)[0] ?? '', 'driver.log'), 'utf8');
    expect(log).not.toContain('ArchiveClassesAtExit');
  });
});

/** This machine's Java under another path: class archives go by the path. */
function readJavaOf(folder: string): string {
  const program = execFileSync('sh', ['-c', 'readlink -f "$(command -v java)"'], { encoding: 'utf8' }).trim();
  mkdirSync(join(folder, 'jdk', 'bin'), { recursive: true });
  writeFileSync(join(folder, 'jdk', 'bin', 'java'), `#!/bin/sh\nexec '${program}' "$@"\n`, { mode: 0o755 });
  return join(folder, 'jdk');
}
