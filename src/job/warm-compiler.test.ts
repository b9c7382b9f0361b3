import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { createStoredZip } from '../../test/fakes/stored-zip.js';
import type { Argv, RunOptions } from '../ports/runner.js';
import { describeDistribution } from '../toolchain/spark/distribution.js';
import { sparkVersion } from '../toolchain/spark/versions.js';
import { compileJar, jarPath } from './compile.js';
import { withWarmCompiler } from './warm-compiler.js';

const done = '\u00040';

function compiles(words: Argv): string {
  writeFileSync(join(words[words.indexOf('-d') + 1] ?? '', 'Main.class'), 'a');
  return done;
}

/** `answer` is what programs/CompileServer.scala says to one program; undefined ends it. */
function world(answer: (words: Argv) => string | Promise<string> | undefined = compiles) {
  const serves = async (_argv: Argv, { inputStream, signal, onLine }: RunOptions): Promise<void> => {
    if (inputStream === undefined) throw new Error('it has nothing to read');
    const stopped = new Promise<undefined>((resolve) => {
      signal?.addEventListener('abort', () => {
        resolve(undefined);
      });
    });
    for await (const line of createInterface({ input: inputStream })) {
      const said = await Promise.race([answer(line.split(' ').map(decodeURIComponent)), stopped]);
      if (said === undefined) break;
      for (const text of said.split('\n')) onLine?.(text, 'stdout');
    }
  };
  const host = createFakeHost({
    programs: [
      { argv: ['java'] },
      {
        argv: ['/usr/bin/java', '-XshowSettings:properties'],
        stdout: '    java.specification.version = 17\njava.base@17\n',
      },
      { argv: ['/usr/bin/java'], matches: (argv) => argv.at(-1) === 'CompileServer', does: serves },
      { argv: ['/usr/bin/java'], does: (argv) => void compiles(argv) },
    ],
  });
  const distribution = describeDistribution(host.directories, sparkVersion);
  mkdirSync(distribution.jars, { recursive: true });
  writeFileSync(join(distribution.jars, `spark-core_2.13-${sparkVersion.version}.jar`), '');
  const runtime = { java: { program: '/usr/bin/java', major: 17, build: '', hasVectorModule: false }, distribution };
  const source = join(host.directories.working, 'a program.scala');
  const app = { name: 'main', kind: 'scala' as const, source, mainClass: 'Main' };
  const end = new AbortController();
  return {
    host,
    app,
    distribution,
    end,
    open: () => {
      const warm = withWarmCompiler({ host, app, signal: end.signal });
      return (text: string, signal = end.signal): Promise<string> => {
        writeFileSync(source, text);
        return compileJar(warm, app, runtime, signal);
      };
    },
    /** What Java was started for. */
    started: () =>
      host.runner.calls
        .filter(({ argv }) => argv[0] === '/usr/bin/java' && argv.length > 5)
        .map(({ argv }) => basename(argv.at(-1) ?? '')),
  };
}

describe('a compiler that stays', () => {
  it('compiles each program with the words of the usual one, in one JVM', async () => {
    const asked: Argv[] = [];
    const { app, end, open, started } = world((words) => {
      asked.push(words);
      return compiles(words);
    });
    const compile = open();
    expect(await compile('object Main {}')).not.toBe(await compile('object Main { }'));
    const words = [
      'scala.tools.nsc.Main',
      '-usejavacp',
      '-nowarn',
      '-d',
      expect.stringMatching(/classes$/),
      app.source,
    ];
    expect(asked).toEqual([words, words]);
    expect(started()).toEqual(['CompileServer.scala', 'CompileServer']);
    end.abort();
  });

  it('shows what it says of a wrong program, also where a macro wrote an open line', async () => {
    const { end, open } = world(() => 'a.scala:1: error: not found: value x\nx\n^\n1 error\nopen\u00041');
    await expect(open()('x')).rejects.toMatchObject({
      code: 'BUILD_FAILED',
      why: 'a.scala:1: error: not found: value x\nx\n^\n1 error',
    });
    end.abort();
  });

  it('leaves a program to the usual compiler when it ends meanwhile, and starts again for the next', async () => {
    let asked = 0;
    const { end, open, started } = world((words) => {
      asked += 1;
      return asked === 1 ? undefined : compiles(words);
    });
    const compile = open();
    await compile('object Main {}');
    await compile('object Main { }');
    expect(started().slice(1)).toEqual(['CompileServer', 'a program.scala', 'CompileServer']);
    end.abort();
  });

  it('ends with a program that nobody waits for and that does not end', async () => {
    const cancel = new AbortController();
    const { end, open, started } = world(() => {
      cancel.abort();
      return new Promise<string>(() => undefined);
    });
    const compile = open();
    await expect(compile('object Main {}', cancel.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(started()).toEqual(['CompileServer.scala', 'CompileServer']);
    end.abort();
  });

  it('is warmed with the program whose jar is there, and leaves nothing', async () => {
    const asked: Argv[] = [];
    const { host, app, distribution, end, open } = world((words) => {
      asked.push(words);
      return compiles(words);
    });
    writeFileSync(app.source, 'object Main');
    const jar = await jarPath(host, app, distribution);
    mkdirSync(dirname(jar), { recursive: true });
    writeFileSync(jar, createStoredZip({ 'Main.class': '' }));
    open();
    await expect
      .poll(() => asked)
      .toEqual([expect.arrayContaining([expect.stringMatching(/main-\w+\.jar\..*\.part$/)])]);
    await expect
      .poll(() => readdirSync(dirname(jar)))
      .toEqual([expect.stringMatching(/^compile-server-\w+\.jar$/), basename(jar)]);
    end.abort();
  });

  it('is none for what is not compiled here', () => {
    const { host, end } = world();
    const app = { name: 'etl', kind: 'python' as const, at: { where: 'here' as const, path: '/etl.py' } };
    expect(withWarmCompiler({ host, app, signal: end.signal })).toBe(host);
  });
});
