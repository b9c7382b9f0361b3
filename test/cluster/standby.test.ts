import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { usesStandby } from '../../src/runs/standby.js';
import { runProgram, type ProgramEnd } from '../program/program.js';
import { eventually, kubectl, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';

const name = `standby-${Date.now().toString(36)}`;
const project = mkdtempSync(join(tmpdir(), 'spark-dev-standby-'));
let tools: ClusterTools;
beforeAll(async () => {
  const prepared = await requirePrepared();
  tools = { ...prepared, cluster: { ...prepared.cluster, namespace: name } };
  await runProgram(['namespace', 'create', name]);
});
afterAll(async () => {
  await kubectl(tools, ['delete', 'namespace', name, '--ignore-not-found', '--timeout=90s']);
});

const env = { SPARK_DEV_NAMESPACE: name, SPARK_DEV_STANDBY: 'on' };
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

async function isReady(): Promise<boolean> {
  const pods = await kubectl(tools, ['get', 'pods', '-l', 'spark-role=executor', '-o', 'name']);
  return pods !== '';
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
  expect(warm.stderr).toContain(usesStandby);
  expect(warm.stdout, warm.stderr).toBe("total 135 mine 3 ['a', 'b c']\nviews 0\n");
  await eventually('the next one stands by', isReady, 120_000);

  writeFileSync(join(project, 'app.py'), program(4, 3));
  const failed = await run('app.py');
  expect(failed.stderr).toContain(usesStandby);
  expect(failed.stdout).toBe('total 180 mine 3 []\nviews 0\n');
  expect(failed.exitCode).toBe(10);
  expect(failed.stderr).toContain('exit code 3');
});

it('on this machine a driver serves a Scala program, with its own classes and exit code', async () => {
  writeFileSync(join(project, 'Halves.scala'), scala);
  const words = ['Halves.scala', '--target', 'local', '--'];
  expect((await run(...words, 'cold')).stdout).toBe('halves 5.0 cold\n');
  const warm = await run(...words, 'warm');
  expect(warm.stderr).toContain(usesStandby);
  expect(warm.stdout, warm.stderr).toBe('halves 5.0 warm\n');
  const ended = await run(...words, 'exit');
  expect(ended.stderr).toContain(usesStandby);
  expect(ended.stdout, ended.stderr).toBe('halves 5.0 exit\n');
  expect(ended.exitCode).toBe(10);
  expect(ended.stderr).toContain('exit code 5');
});
