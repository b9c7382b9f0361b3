import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runFolder } from '../../src/runs/run-folder.js';
import { listStandbys, standbyIsGone, takeStandby, usesStandby } from '../../src/runs/standby.js';
import { runProgram, type ProgramEnd } from '../program/program.js';
import { eventually } from './cluster-tools.js';
import { useOwnNamespace } from './own-namespace.js';
import { requirePrepared } from './prepared-cluster.js';

const project = mkdtempSync(join(tmpdir(), 'spark-dev-standby-'));
const { env: own, kubectl } = useOwnNamespace('standby');
const env: Record<string, string> = { ...own, SPARK_DEV_STANDBY: 'on' };
/** The last one waits on this machine. */
afterAll(async () => {
  const { host } = await requirePrepared();
  for (const one of await listStandbys<{ readonly pid: number }>(host, 'local')) {
    if (await takeStandby(one)) await host.runner.end(one.facts.pid);
  }
});

const run = (...words: readonly string[]): Promise<ProgramEnd> => runProgram(['run', ...words], env, project);

/** Modules for the workers, an accumulator, settings of SQL and of the name, and an exit code. */
const program = (factor: number, code: number): string => `
import sys
from pyspark import SparkConf, SparkContext
from pyspark.sql import SparkSession
from helper import times
sc = SparkContext(conf=SparkConf().setAppName("mine").set("spark.sql.shuffle.partitions", "3"))
spark = SparkSession.builder.config("spark.sql.ansi.enabled", "false").getOrCreate()
total = sc.accumulator(0)
sc.parallelize(range(10), 2).foreach(lambda n: total.add(times(n, ${String(factor)})))
print("total", total.value, sc.appName, spark.conf.get("spark.sql.shuffle.partitions"), sys.argv[1:])
print("views", spark.sql("SHOW VIEWS").count())
spark.range(1).createOrReplaceTempView("mine")
sc.stop()
sys.exit(${String(code)})
`;

const scala = `
import org.apache.spark.sql.SparkSession
case class Row(id: Long, half: Double)
object Halves {
  def main(args: Array[String]): Unit = {
    val spark = SparkSession.builder.appName("halves").getOrCreate()
    import spark.implicits._
    val rows = spark.sparkContext.parallelize(1L to 4L, 2).map(id => Row(id, id / 2.0)).collect()
    println("halves " + rows.map(_.half).sum + " " + args.mkString(","))
    if (args.contains("exit")) System.exit(5)
  }
}
`;

/** It took the driver, and that was there. */
function expectServed({ stderr }: ProgramEnd): void {
  expect(stderr).toContain(usesStandby);
  expect(stderr).not.toContain(standbyIsGone);
}

async function isReady(): Promise<boolean> {
  const pods = await kubectl(['get', 'pods', '-l', 'spark-role=executor', '-o', 'name']);
  return pods.trim() !== '';
}

it('a run leaves a driver behind, which serves the next program as one of its own would', async () => {
  writeFileSync(join(project, 'helper.py'), 'def times(n, factor):\n    return n * factor\n');
  writeFileSync(join(project, 'app.py'), program(2, 0));
  const cold = await run('app.py', '--', 'a', 'b c');
  expect(cold.stdout, cold.stderr).toBe("total 90 mine 3 ['a', 'b c']\nviews 0\n");
  expect(cold.stderr).not.toContain(usesStandby);
  await eventually('a driver stands by', isReady, 120_000);

  writeFileSync(join(project, 'app.py'), program(3, 0));
  const warm = await run('app.py', '--', 'a', 'b c');
  expectServed(warm);
  expect(warm.stdout, warm.stderr).toBe("total 135 mine 3 ['a', 'b c']\nviews 0\n");
  await eventually('the next one stands by', isReady, 120_000);
  // Spark replaces an executor that is lost meanwhile
  await kubectl(['delete', 'pods', '-l', 'spark-role=executor', '--grace-period=0', '--force', '--wait=false']);

  writeFileSync(join(project, 'app.py'), program(4, 3));
  const failed = await run('app.py');
  expectServed(failed);
  expect(failed.stdout).toBe('total 180 mine 3 []\nviews 0\n');
  expect(failed.exitCode).toBe(10);
  expect(failed.stderr).toContain('exit code 3');

  await eventually('another one stands by', isReady, 120_000);
  const pod = await kubectl(['get', 'pods', '-l', 'spark-dev/role=standby', '-o', 'name']);
  // as its ten minutes end it
  await kubectl(['exec', pod.trim(), '--', 'bash', '-c', 'kill $(cat runs/*/pid)']);
  const isEmpty = async (): Promise<boolean> => (await kubectl(['get', 'all', '-o', 'name'])) === '';
  await eventually('nothing of it is left', isEmpty, 120_000);
  writeFileSync(join(project, 'app.py'), program(5, 0));
  const again = await run('app.py');
  expect(again.stderr).toContain(standbyIsGone);
  expect(again.stdout, again.stderr).toBe('total 225 mine 3 []\nviews 0\n');
});

/** Of each job in the event log of a run: its description. */
async function readJobs({ stderr }: ProgramEnd): Promise<readonly (string | undefined)[]> {
  const { host } = await requirePrepared();
  const folder = join(runFolder(host, /succeeded \((.*)\)/.exec(stderr)?.[1] ?? ''), 'events');
  const lines = readFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'utf8')
    .trimEnd()
    .split('\n');
  const events = lines.map((line) => JSON.parse(line) as { Event: string; Properties?: Record<string, string> });
  return events
    .filter(({ Event }) => Event === 'SparkListenerJobStart')
    .map(({ Properties }) => Properties?.['spark.job.description']);
}

it('on this machine a driver serves a Scala program, with its own classes and exit code', async () => {
  env['SPARK_DEV_UI_PORT'] = '4777';
  writeFileSync(join(project, 'Halves.scala'), scala);
  const words = ['Halves.scala', '--target', 'local', '--'];
  expect((await run(...words, 'cold')).stdout).toBe('halves 5.0 cold\n');
  const warm = await run(...words, 'warm');
  expectServed(warm);
  expect(warm.stdout, warm.stderr).toBe('halves 5.0 warm\n');
  const jobs = await readJobs(warm);
  const own = jobs.findIndex((one) => one !== 'spark-dev: warm-up');
  expect([own > 0, new Set(jobs.slice(own))]).toEqual([true, new Set([undefined])]);
  const ended = await run(...words, 'exit');
  expectServed(ended);
  // the address stays
  for (const { stderr } of [warm, ended]) expect(stderr).toContain('Spark UI  http://127.0.0.1:4777');
  expect(ended.stdout, ended.stderr).toBe('halves 5.0 exit\n');
  expect(ended.exitCode).toBe(10);
  expect(ended.stderr).toContain('exit code 5');

  writeFileSync(join(project, 'idle.py'), 'print("only Python")\n');
  await run('idle.py', '--target', 'local');
  const idle = await run('idle.py', '--target', 'local');
  expectServed(idle);
  expect([idle.exitCode, idle.stdout]).toEqual([0, 'only Python\n']);
  expect(idle.stderr).toContain('idle.py started no Spark application');
});
