import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requirePrepared } from './prepared-cluster.js';
import { runProgram } from '../program/program.js';

const program = `
import sys
from pathlib import Path
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print("read", spark.read.csv("data/in.csv").count())
print("opened", spark.sparkContext.parallelize([1, 2], 2).map(lambda _: open("data/in.csv").read().strip()).collect())
print("beside", (Path(__file__).parent.parent / "models" / "m.txt").read_text())
print("argument", open(sys.argv[1]).read())
spark.range(6).repartition(2).write.mode("overwrite").csv(sys.argv[2])
open("report.txt", "w").write("done")
`;

it('finds its data by relative paths in every pod, and leaves its results in the folder it was started in', async () => {
  await requirePrepared();
  const working = mkdtempSync(join(tmpdir(), 'spark-dev-data-'));
  for (const folder of ['jobs', 'data', 'models', 'out']) mkdirSync(join(working, folder));
  const files = { 'jobs/etl.py': program, 'data/in.csv': 'a', 'models/m.txt': 'm', 'größe 1.txt': 'arg' };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(working, name), text);
  // of an earlier run
  writeFileSync(join(working, 'out/part-0'), 'old');
  const words = ['run', 'jobs/etl.py', '--target', 'cluster', '--', 'größe 1.txt', 'out'];
  const { exitCode, stdout, stderr } = await runProgram(words, {}, working);
  expect(exitCode, stderr).toBe(0);
  const printed = `${stdout}${stderr}`;
  for (const line of ['read 1', "opened ['a', 'a']", 'beside m', 'argument arg']) expect(printed).toContain(line);
  expect(printed).toMatch(/Written by the program: out\/ \(\d files\), report\.txt/);
  expect(readFileSync(join(working, 'report.txt'), 'utf8')).toBe('done');
  expect(existsSync(join(working, 'out/part-0'))).toBe(false);
  const rows = readdirSync(join(working, 'out')).filter((name) => name.startsWith('part-'));
  expect(
    rows
      .map((name) => readFileSync(join(working, 'out', name), 'utf8'))
      .join('')
      .trim()
      .split('\n'),
  ).toHaveLength(6);
}, 180_000);
