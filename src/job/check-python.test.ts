import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createReadJob } from '../../test/fakes/a-job.js';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.js';
import { putFiles } from '../../test/fakes/put-files.js';
import { checkPython } from './check-python.js';

const { signal } = new AbortController();

/** What programs/check-python.py says of a file; its real answers are in test/program. */
const answer = (path: string, message: string, text: string, others: readonly string[] = []): string => {
  const errors = [path, ...others].map((one) => ({ path: one, line: 3, message, text }));
  return JSON.stringify({ minor: 11, errors, hidden: [] });
};

async function check(
  files: Readonly<Record<string, string>>,
  say: (folder: string) => string | undefined = () => undefined,
  version?: string,
): Promise<{ readonly host: FakeHost; readonly error: unknown }> {
  const folder = createFakeHost().directories.working;
  const said = say(folder);
  const python = said === undefined ? [] : [{ argv: ['python3'] }, { argv: ['/usr/bin/python3', '-I'], stdout: said }];
  const host = createFakeHost({ programs: python });
  putFiles(folder, files);
  const program = join(folder, Object.keys(files)[0] ?? '');
  const job = await createReadJob({ main: { kind: 'python', at: { where: 'here', path: program }, roots: [folder] } });
  const error: unknown = await checkPython(
    { host, job, signal },
    version === undefined ? undefined : () => Promise.resolve(version),
  ).catch((problem: unknown) => problem);
  return { host, error };
}

describe('a program that Python cannot read', () => {
  it('is refused with file and line, Python 2 by its name', async () => {
    const old = await check({ 'a.py': '' }, (folder) =>
      answer(join(folder, 'a.py'), "Missing parentheses in call to 'print'. Did you mean print(...)?", 'print "x"'),
    );
    expect(old.error).toMatchObject({
      code: 'BUILD_FAILED',
      why: expect.stringMatching(/a\.py:3 is Python 2: print "x"/) as string,
    });
    const typo = await check({ 'a.py': '' }, (folder) => answer(join(folder, 'a.py'), 'invalid syntax', 'def f(:'));
    expect(typo.error).toMatchObject({ code: 'BUILD_FAILED', what: 'a.py is not valid Python' });
  });

  it('is only warned about where another, newer Python will run it, or where it is a module', async () => {
    const newer = await check(
      { 'a.py': '' },
      (folder) => answer(join(folder, 'a.py'), 'invalid syntax', 'type X = int'),
      '3.13',
    );
    expect([newer.error, newer.host.ui.lines.length]).toEqual([undefined, 1]);
    const module = await check({ 'a.py': 'import b', 'b.py': '' }, (folder) => answer(join(folder, 'b.py'), 'x', ''));
    expect([module.error, module.host.ui.lines.length]).toEqual([undefined, 1]);
  });

  it('is refused with its modules named that cannot be read either', async () => {
    const both = await check({ 'a.py': 'import b', 'b.py': '' }, (folder) =>
      answer(join(folder, 'a.py'), 'invalid syntax', 'def f(:', [join(folder, 'b.py')]),
    );
    expect(both.error).toMatchObject({ code: 'BUILD_FAILED', what: 'a.py is not valid Python' });
    expect(both.host.ui.lines).toEqual([expect.stringMatching(/^! b\.py is not valid Python: .*b\.py:3/)]);
  });
});

describe('a file that hides a library', () => {
  it.each([
    [{ 'pyspark.py': 'from pyspark.sql import SparkSession' }],
    [{ 'etl.py': 'import pyspark', 'py4j/__init__.py': '' }],
  ])('is refused, even without a Python here: %j', async (files) => {
    expect((await check(files)).error).toMatchObject({
      code: 'USAGE',
      fix: [expect.stringMatching(/^Rename it: mv /)],
    });
  });

  it('is warned about where the program may get along', async () => {
    const { host, error } = await check({ 'etl.py': 'import pyspark', 'pandas.py': '' });
    expect([error, host.ui.lines]).toEqual([undefined, [expect.stringMatching(/pandas\.py hides the library pandas/)]]);
    const own = await check({ 'etl.py': '', 'random.py': '' }, () => '{"minor":11,"errors":[],"hidden":["random"]}');
    expect(own.host.ui.lines).toEqual([expect.stringMatching(/random\.py hides Python's own module random/)]);
    expect((await check({ 'etl.py': 'import pyspark', 'pyspark/data.csv': '' })).error).toBeUndefined();
  });
});
