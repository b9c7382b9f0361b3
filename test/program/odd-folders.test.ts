import { existsSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createHost } from '../../src/host.js';
import { describeDistribution } from '../../src/toolchain/spark/distribution.js';
import { sparkVersion } from '../../src/toolchain/spark/versions.js';
import { runCli } from '../../src/cli/run.js';

/** What a URI, a shell and a list would read otherwise; the project's folder has patterns too, which no home may have. */
const odd = `-o dd, #%20"'ä😀`;

const python = `
from pyspark import SparkFiles
from pyspark.sql import SparkSession
import helper
spark = SparkSession.builder.enableHiveSupport().getOrCreate()
print('file', open(SparkFiles.get('data.txt')).read())
print('helper', helper.answer)
spark.range(3).write.saveAsTable('odd')
print('table', spark.table('odd').count())
`;

const scala = `
import org.apache.spark.sql.SparkSession
object Odd extends App {
  val spark = SparkSession.builder.getOrCreate()
  val file = scala.io.Source.fromFile(org.apache.spark.SparkFiles.get("data.txt")).mkString
  println("file " + file)
  spark.range(3).write.saveAsTable("odd")
  println("table " + spark.table("odd").count())
}
`;

interface Place {
  readonly root: string;
  readonly home: string;
  readonly project: string;
}

/** A home and a project that are called so, over the Spark of this machine. */
function createPlace(): Place {
  const root = mkdtempSync(join(tmpdir(), 'spark-dev-embedded-'));
  const [home, project] = [join(root, odd, 'home'), join(root, odd, String.raw`project *{x}\y`)];
  mkdirSync(join(home, 'cache/spark'), { recursive: true });
  const here = describeDistribution(createHost({ verbosity: 0, yes: true, input: false }).directories, sparkVersion);
  symlinkSync(here.folder, join(home, 'cache/spark', sparkVersion.version));
  mkdirSync(project);
  for (const [name, text] of Object.entries({ 'odd.py': python, 'Odd.scala': scala, 'data.txt': 'data' }))
    writeFileSync(join(project, name), text);
  writeFileSync(join(project, 'helper.py'), 'answer = 42\n');
  return { root, home, project };
}

async function run({ home, project }: Place, words: readonly string[]): Promise<string> {
  let output = '';
  const exitCode = await runCli(['run', ...words, '--target', 'local', '--quiet'], {
    env: process.env,
    signal: new AbortController().signal,
    print: (text) => {
      output += Buffer.from(text).toString();
    },
    printError: (text) => {
      output += Buffer.from(text).toString();
    },
    colour: false,
    createHost: (request) => {
      const host = createHost(request);
      const own = (name: string): string => join(home, name);
      return {
        ...host,
        directories: {
          ...host.directories,
          data: own('data'),
          cache: own('cache'),
          state: own('state'),
          config: own('config'),
          working: project,
        },
      };
    },
  });
  return `${output}exit ${String(exitCode)}`;
}

describe('a home and a project in a folder with an odd name', () => {
  // its first run writes the class archive, which takes half a minute of CPU
  const place = createPlace();
  it.each([
    // with Hive: its catalog and tables are there for the next run
    ['Python', 'odd.py --files data.txt --py-files helper.py', ['file data', 'helper 42', 'table 3'], 'tables'],
    ['Scala', 'Odd.scala --files data.txt', ['file data', 'table 3'], 'runs'],
  ])('run %s, read its files and write its tables, and nothing lands elsewhere', async (_, words, lines, tables) => {
    const before = readdirSync(place.project).sort();
    const output = await run(place, words.split(' '));
    for (const line of [...lines, 'exit 0']) expect(output).toContain(line);
    expect(readdirSync(place.project).sort()).toEqual(before);
    expect(readdirSync(place.root)).toEqual([odd]);
    expect(readdirSync(join(place.root, odd)).sort()).toEqual(['home', basename(place.project)]);
    const runId = readdirSync(join(place.home, 'state/runs')).sort().at(-1) ?? '';
    const owner =
      readdirSync(join(place.home, 'state', tables))
        .sort()
        .at(-1) ?? '';
    expect(existsSync(join(place.home, 'state', tables, owner, 'warehouse/odd'))).toBe(true);
    expect(existsSync(join(place.home, 'state/runs', runId, 'tmp'))).toBe(false);
  });
});
