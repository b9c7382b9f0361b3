import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createHost } from '../../src/host.js';
import { compileJar, type SourceApplication } from '../../src/job/compile.js';
import { readEntries } from '../../src/job/read-jar.js';
import { withWarmCompiler } from '../../src/job/warm-compiler.js';
import type { Host } from '../../src/ports/host.js';
import { muted } from '../../src/steps/quiet.js';
import { ensureSparkRuntime } from '../../src/toolchain/spark/runtime.js';
import { sparkVersion } from '../../src/toolchain/spark/versions.js';
import { putFiles } from '../fakes/put-files.js';
import { buildModules } from './built-modules.js';
import { listProcesses } from './processes.js';

const folder = mkdtempSync(join(tmpdir(), 'spark-dev warm-'));
const host = muted(createHost({ verbosity: 0, yes: true, input: false }));
const end = new AbortController();
const { signal } = end;
const inFolder = (name: string): string => join(folder, name);

const scala = {
  kind: 'scala',
  name: 'warm',
  source: inFolder('Main.scala'),
  siblings: [inFolder('Trip.scala'), inFolder('Fast.scala')],
  mainClass: 'acme.Main',
} as const;
const main = `package acme
import org.apache.spark.sql.SparkSession
object Main {
  def main(args: Array[String]): Unit = {
    val spark = SparkSession.builder().getOrCreate()
    import spark.implicits._
    println(Fast.only(Seq(Trip("Bern", 3)).toDS()).count())
  }
}`;
const fast = `package acme
import org.apache.spark.sql.Dataset
object Fast { def only(trips: Dataset[Trip]) = trips.filter(_.km > 2) }`;

/** The compiled classes, or why there are none. */
async function compile(on: Host, app: SourceApplication): Promise<unknown> {
  const runtime = await ensureSparkRuntime(host, sparkVersion, signal);
  const jar = await compileJar(on, app, runtime, signal).catch((error: unknown) => error as { readonly why?: string });
  if (typeof jar !== 'string') return jar.why;
  const entries = await readEntries(jar);
  rmSync(jar);
  return entries;
}

it('compiles what the usual compilers compile, says what they say, and knows nothing of the program before', async () => {
  const warm = withWarmCompiler({ host, app: scala, signal });
  onTestFinished(() => {
    end.abort();
  });
  putFiles(folder, {
    'Main.scala': main,
    'Fast.scala': fast,
    'Trip.scala': 'package acme\ncase class Trip(city: String, km: Int)',
  });
  expect(await compile(warm, scala)).toEqual(await compile(host, scala));
  putFiles(folder, { 'Trip.scala': 'package acme\ncase class Ride(city: String, km: Int)' });
  const error = await compile(warm, scala);
  expect(error).toEqual(await compile(host, scala));
  expect(error).toMatch(/\.scala:\d: error: not found: (type|value) Trip\n/);
  putFiles(folder, { 'Main.scala': 'object Main { println(CompileServer) }' });
  expect(await compile(warm, { ...scala, siblings: [] })).toMatch(/:1: error: not found: value CompileServer\n/);
  const java = { kind: 'java', name: 'warm', source: inFolder('Count.java'), mainClass: 'Count' } as const;
  putFiles(folder, {
    'Count.java': 'class Count { long rows(org.apache.spark.sql.SparkSession spark) { return Rows.of(spark); } }',
  });
  expect(await compile(warm, java)).toMatch(/Count\.java:1: error: cannot find symbol\n/);
  putFiles(folder, {
    'Rows.java':
      'class Rows { static long of(org.apache.spark.sql.SparkSession spark) { return spark.range(5).count(); } }',
  });
  expect(await compile(warm, java)).toEqual(await compile(host, java));
  expect(listProcesses().filter(isServerOf(process.pid))).toHaveLength(1);
});

type Listed = ReturnType<typeof listProcesses>[number];

function isServerOf(parent: number): (process: Listed) => boolean {
  return (process) => process.parent === parent && process.command.includes('CompileServer');
}

it('ends with us in the middle of a program, however we end', async () => {
  const load = await buildModules(
    'adapters/child-runner',
    'job/compile',
    'job/warm-compiler',
    'steps/quiet',
    'toolchain/spark/runtime',
    'toolchain/spark/versions',
  );
  const { directories, platform } = host;
  const app = { ...scala, source: inFolder('Late.scala'), siblings: [], mainClass: 'Late' };
  putFiles(folder, { 'Late.scala': `object Late { println(${String(Date.now())}) }` });
  const source = `
    const { createChildRunner } = ${load('adapters/child-runner')};
    const { compileJar } = ${load('job/compile')};
    const { withWarmCompiler } = ${load('job/warm-compiler')};
    const { muted } = ${load('steps/quiet')};
    const { ensureSparkRuntime } = ${load('toolchain/spark/runtime')};
    const { sparkVersion } = ${load('toolchain/spark/versions')};
    const { env } = process;
    const world = ${JSON.stringify({ directories, platform })};
    const host = muted({ ...world, env, runner: createChildRunner({ env }), clock: { now: Date.now } });
    const app = ${JSON.stringify(app)};
    const { signal } = new AbortController();
    const warm = withWarmCompiler({ host, app, signal });
    await compileJar(warm, app, await ensureSparkRuntime(host, sparkVersion, signal), signal);
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'ignore' });
  const find = (): readonly Listed[] => listProcesses().filter(isServerOf(owner.pid ?? 0));
  await expect.poll(() => find().length, { timeout: 20_000 }).toBe(1);
  const [server] = find();
  owner.kill('SIGKILL');
  await expect.poll(() => listProcesses().some(({ pid }) => pid === server?.pid), { timeout: 5000 }).toBe(false);
});
