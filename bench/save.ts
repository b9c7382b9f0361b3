#!/usr/bin/env -S npx -y node@24
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { argv, os, path, sleep, tmpdir } from 'zx';

/**
 * `npx -y node@24 bench/save.ts [PAIRS]`: from a save to the answer of that save on stdout, beside a full run of the same program
 * on another edit, on the cluster (`--target local`: on this machine). Needs a cluster that init prepared and nothing else
 * running.
 *
 * full: `spark-dev dev APP` from its start to the answer of its first run, which is a run as `spark-dev run APP` makes it.
 * save: the same process, once its next driver is up: an edit, until its answer is there.
 *
 * A pair counts when both answers are those of their edits. The first pair is dropped; a side whose middle half spreads over more than 15 % of
 * its median makes the result void.
 */
const pairs = Number(argv._[0] ?? 5);
const target = String(argv['target'] ?? 'cluster');
const readyMs = target === 'local' ? 15_000 : 25_000;
const main = path.join(import.meta.dirname, '../dist/main.js');
const work = tmpdir();

const programs: Readonly<Record<string, (edit: number) => string>> = {
  'answer.py': (edit) => `
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
total = spark.sparkContext.parallelize(range(1000), 2).map(lambda n: (n % 7, n)).reduceByKey(lambda a, b: a + b).count()
print("answer", ${String(edit)}, total + spark.range(100).selectExpr("id % 5 AS k").groupBy("k").count().count())
`,
  'Answer.scala': (edit) => `
import org.apache.spark.sql.SparkSession
object Answer {
  def main(args: Array[String]): Unit = {
    val spark = SparkSession.builder.getOrCreate()
    val total = spark.sparkContext.parallelize(0 until 1000, 2).map(n => (n % 7, n)).reduceByKey(_ + _).count()
    println("answer ${String(edit)} " + (total + spark.range(100).selectExpr("id % 5 AS k").groupBy("k").count().count()))
  }
}
`,
};

/** Each edit is another program, so that nothing is in a cache. */
let edit = Date.now() % 1_000_000;

async function measurePair(file: string, text: (edit: number) => string) {
  const place = path.join(work, file);
  const save = (): string => {
    writeFileSync(place, text(++edit));
    return `answer ${String(edit)} 12\n`;
  };
  const first = save();
  const startedAt = performance.now();
  const dev = spawn(process.execPath, [main, 'dev', file, '--target', target], {
    cwd: work,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let printed = '';
  dev.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  const answered = async (answer: string, since: number): Promise<number> => {
    while (!printed.includes(answer)) {
      if (performance.now() - since > 120_000) throw new Error(`never printed: ${answer}${printed}`);
      await sleep(5);
    }
    return performance.now() - since;
  };
  try {
    const full = await answered(first, startedAt);
    await sleep(readyMs);
    const savedAt = performance.now();
    return { full, save: await answered(save(), savedAt) };
  } finally {
    dev.kill('SIGINT');
    await once(dev, 'exit');
  }
}

const sorted = (values: readonly number[]): readonly number[] => [...values].sort((one, other) => one - other);
const quantile = (values: readonly number[], part: number): number =>
  sorted(values)[Math.round((values.length - 1) * part)] ?? NaN;
const median = (values: readonly number[]): number => quantile(values, 0.5);
const spread = (values: readonly number[]): number =>
  (quantile(values, 0.75) - quantile(values, 0.25)) / median(values);

console.log(`${String(os.cpus().length)} CPUs, load ${os.loadavg()[0]?.toFixed(1) ?? '?'}, ${target}`);
for (const [file, text] of Object.entries(programs)) {
  const taken = [];
  for (let pair = 0; pair <= pairs; pair++) {
    const took = await measurePair(file, text);
    console.log(`${file}  full ${(took.full / 1000).toFixed(2)} s  save ${(took.save / 1000).toFixed(2)} s`);
    if (pair > 0) taken.push(took);
  }
  const sides = { full: taken.map(({ full }) => full), save: taken.map(({ save }) => save) };
  const ratio = median(taken.map(({ full, save }) => save / full));
  const spreads = Object.values(sides).map(spread);
  const verdict = Math.max(...spreads) > 0.15 ? 'void' : 'counts';
  console.log(
    `${file}  ratio ${ratio.toFixed(3)}  medians ${(median(sides.full) / 1000).toFixed(2)} and ${(median(sides.save) / 1000).toFixed(2)} s  spreads ${spreads.map((one) => `${String(Math.round(one * 100))} %`).join(' and ')}  ${verdict}`,
  );
}
