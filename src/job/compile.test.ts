import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import yauzl from 'yauzl';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.js';
import type { Scripted } from '../../test/fakes/fake-runner.js';
import { describeDistribution } from '../toolchain/spark/distribution.js';
import { sparkVersion } from '../toolchain/spark/versions.js';
import { compileJar, findCompileError } from './compile.js';

const { signal } = new AbortController();

function world(answer: Partial<Scripted> = {}): { host: FakeHost; compile: (content: string) => Promise<string> } {
  const host = createFakeHost({
    programs: [
      {
        argv: ['java'],
        does: (argv) => {
          const classes = argv[argv.indexOf('-d') + 1] ?? '';
          mkdirSync(join(classes, 'inner'), { recursive: true });
          writeFileSync(join(classes, 'inner', 'B.class'), 'b');
          writeFileSync(join(classes, 'Main.class'), 'a');
        },
        ...answer,
      },
    ],
  });
  const source = join(host.directories.working, 'Main.scala');
  const runtime = {
    java: { program: 'java', major: 17, build: '17.0.15+6', hasVectorModule: true },
    distribution: describeDistribution(host.directories, sparkVersion),
  };
  return {
    host,
    compile: (content) => {
      writeFileSync(source, content);
      return compileJar(host, { name: 'main', kind: 'scala', source, mainClass: 'Main' }, runtime, signal);
    },
  };
}

describe('compileJar', () => {
  it('makes a jar with a main class, once for each state of the source', async () => {
    const { host, compile } = world();
    const jar = await compile('object Main');
    expect(await compile('object Main')).toBe(jar);
    expect(host.runner.calls).toHaveLength(1);
    const zip = await yauzl.openPromise(jar);
    const names: string[] = [];
    for await (const entry of zip.eachEntry()) names.push(entry.fileName);
    expect(names).toEqual(['META-INF/MANIFEST.MF', 'Main.class', 'inner/B.class']);
    expect(await compile('object Main { }')).not.toBe(jar);
    expect(host.runner.calls).toHaveLength(2);
    expect(readdirSync(dirname(jar)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('gives the same bytes each time', async () => {
    const { compile } = world();
    const sum = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
    const jar = await compile('object Main');
    const first = sum(jar);
    rmSync(jar);
    expect(sum(await compile('object Main'))).toBe(first);
  });

  it('shows what the compiler says', async () => {
    const { compile } = world({ exitCode: 1, stderr: 'Main.scala:1: error: not found: value x' });
    await expect(compile('x')).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      exitCode: 7,
      why: 'Main.scala:1: error: not found: value x',
      fix: ['Fix Main.scala:1'],
    });
  });
});

// recorded: scalac 2.13.18 of Spark 4.3.0, java -cp 'jars/*' scala.tools.nsc.Main -usejavacp -d out Hello.scala

// recorded: scalac 2.13.18 of Spark 4.3.0, java -cp 'jars/*' scala.tools.nsc.Main -usejavacp -d out Hello.scala
const printed = [
  'Hello.scala:3: error: type mismatch;',
  ' found   : String("a")',
  ' required: Int',
  '    val x: Int = "a"',
  '                 ^',
  'Hello.scala:4: error: not found: value y',
  '    println(y)',
  '            ^',
  '2 errors',
];

it('is the first one, with its place and message, and how many there are', () => {
  expect(findCompileError(printed)).toBe(
    [
      'Hello.scala:3: error: type mismatch;',
      ' found   : String("a")',
      ' required: Int',
      '    val x: Int = "a"',
      '2 errors',
    ].join('\n'),
  );
});

it('stops at the next one', () => {
  const short = ['A.scala:1: error: expected class', 'x', '^', '1 error'];
  expect(findCompileError(short)).toBe(short.join('\n'));
});

it('is none where the compiler itself broke down', () => {
  expect(findCompileError(['java.lang.OutOfMemoryError: Java heap space'])).toBeUndefined();
});
