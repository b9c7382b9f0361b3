import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startProgram, type RunningProgram } from '../program/program.js';
import { eventually } from './cluster-tools.js';
import { useOwnNamespace } from './own-namespace.js';

const project = mkdtempSync(join(tmpdir(), 'spark-dev-loop-'));
const { env, kubectl } = useOwnNamespace('dev');
let loop: RunningProgram | undefined;
afterEach(() => loop?.child.kill('SIGKILL'));

/** A driver whose executor is up waits for the next save. */
async function isReady(): Promise<boolean> {
  const pods = await kubectl(['get', 'pods', '-l', 'spark-role=executor', '-o', 'jsonpath={.items[*].status.phase}']);
  return pods === 'Running';
}

/** Saves the file, one after another, each with another number in it, which the program prints. */
async function expectAnswers(file: string, text: (edit: number) => string, edits: number): Promise<void> {
  const path = join(project, file);
  writeFileSync(path, text(1));
  const started = startProgram(['dev', file, '--target', 'cluster'], env, project);
  loop = started;
  for (let edit = 1; edit <= edits; edit++) {
    if (edit > 1) {
      await eventually('a driver stands by', isReady, 120_000);
      writeFileSync(path, text(edit));
    }
    await started.says(new RegExp(`^✓ Run ${String(edit)}: succeeded`, 'm'), 180_000);
    expect(started.stdout().trimEnd().split('\n')).toHaveLength(edit);
    expect(started.stdout()).toMatch(new RegExp(`answer ${String(edit)} 90\\n$`));
  }
  writeFileSync(path, `${text(0)}}`);
  await started.says(new RegExp(`^✗ Run ${String(edits + 1)}: ${file}|^✗ Run ${String(edits + 1)}: Answer`, 'm'));
  started.child.kill('SIGINT');
  const { exitCode, stderr } = await started.ended;
  expect(exitCode).toBe(130);
  expect(stderr.match(/^Spark UI {2}.*$/gm)).toHaveLength(1);
  await eventually('no pod is left', async () => (await kubectl(['get', 'pods', '-o', 'name'])) === '', 60_000);
}

it('shows the answer of each save of a Python program, and leaves nothing', () =>
  expectAnswers(
    'answer.py',
    (edit) => `
from pyspark import SparkContext
sc = SparkContext()
print('answer', ${String(edit)}, sc.parallelize(range(10), 2).map(lambda n: 2 * n).sum())
`,
    3,
  ));

it('shows the answer of each save of a Scala program, and leaves nothing', () =>
  expectAnswers(
    'Answer.scala',
    (edit) => `
import org.apache.spark.sql.SparkSession
object Answer {
  def main(args: Array[String]): Unit = {
    val sum = SparkSession.builder.getOrCreate().sparkContext.parallelize(0 to 9, 2).map(2 * _).sum.toInt
    println("answer ${String(edit)} " + sum)
  }
}
`,
    2,
  ));
