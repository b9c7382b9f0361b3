import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { putFiles } from '../fakes/put-files.js';
import { startEmbeddedApp } from './embedded-run.js';

const project = mkdtempSync(join(tmpdir(), 'spark-dev-kinds-'));
const notebook = (cells: readonly string[]): string =>
  JSON.stringify({
    nbformat: 4,
    metadata: {},
    cells: cells.map((source) => ({ cell_type: 'code', source })),
  });

async function run(app: string, ...words: readonly string[]) {
  const started = startEmbeddedApp(app, words, project);
  const exitCode = await started.exitCode;
  return { exitCode, stdout: started.stdout(), printed: started.stdout() + started.stderr() };
}

it('runs the cells of a notebook, with the Spark that it expects, and names the cell of an error', async () => {
  putFiles(project, {
    'helper.py': 'def double(x):\n    return 2 * x\n',
    'analysis.ipynb': notebook([
      '%matplotlib inline\nfrom helper import double\n!echo from the shell',
      '%%time\ndef shifted(x):\n    return double(x) + 1\nsc.parallelize([1, 2]).map(shifted).collect()',
      '%%sql\nSELECT 7 AS seven',
      'def fail():\n    raise ValueError("no rows")\n\nfail()',
    ]),
  });
  const { exitCode, stdout, printed } = await run('analysis.ipynb');
  expect(exitCode, printed).toBe(10);
  expect(stdout).toMatch(/from the shell\n\[3, 5\]\n[\s\S]*seven/);
  expect(printed).toContain('File "analysis.ipynb, code cell 4", line 4, in <module>\n    fail()');
  expect(printed).toContain('File "analysis.ipynb, code cell 4", line 2, in fail\n    raise ValueError("no rows")');
});

it('runs a file of SQL as spark-sql does, and names the statement of an error', async () => {
  putFiles(project, {
    'report.sql': `-- a comment; with a semicolon and don't
SELECT 'a;b' AS x, "don't" AS y; /* ; /* ' */ ; */
SET least=1;
SELECT id, null FROM range(3) WHERE id > \${least};;
SHOW TABLES;
SELECT '\\';' AS escaped
  -- done;
;

SELECT nothing
  FROM range(1);
SELECT 'never'`,
  });
  const { exitCode, stdout, printed } = await run('report.sql', '--', '--define', 'other=2');
  expect(exitCode, printed).toBe(10);
  expect(stdout).toBe("a;b\tdon't\nleast\t1\n2\tNULL\n';\n");
  expect(printed).toContain('report.sql, statement 6 (line 10): [UNRESOLVED_COLUMN');
});

it('compiles Java with the other files of its packages', async () => {
  putFiles(project, {
    'src/org/acme/Count.java': `package org.acme;
import org.acme.text.Words;
import org.apache.spark.sql.SparkSession;
public class Count {
  public static void main(String[] args) {
    SparkSession spark = SparkSession.builder().getOrCreate();
    System.out.println(Words.of(Local.rows(spark)));
    spark.stop();
  }
}`,
    'src/org/acme/Local.java': `package org.acme;
class Local { static long rows(org.apache.spark.sql.SparkSession spark) { return spark.range(5).count(); } }`,
    'src/org/acme/text/Words.java': `package org.acme.text;
public class Words { public static String of(long rows) { return rows + " rows"; } }`,
  });
  const { exitCode, stdout, printed } = await run('src/org/acme/Count.java');
  expect([exitCode, stdout], printed).toEqual([0, '5 rows\n']);
});

it('runs a module of a package with relative imports, whose workers find the project', async () => {
  putFiles(project, {
    'app/lib/__init__.py': '',
    'app/lib/words.py': 'def shout(x):\n    return str(x) + "!"\n',
    'app/src/pkg/__init__.py': '',
    'app/src/pkg/other.py': 'from lib.words import shout\n',
    'app/src/pkg/job.py': `from pyspark import SparkContext
from .other import shout
sc = SparkContext.getOrCreate()
print(sc.parallelize([1, 2]).map(lambda n: shout(n)).collect(), __package__)
`,
    'app/setup.cfg': '',
  });
  const { exitCode, stdout, printed } = await run('app/src/pkg/job.py');
  expect([exitCode, stdout], printed).toEqual([0, "['1!', '2!'] pkg\n"]);
});

it('reads a program with the real Python before Spark starts', async () => {
  putFiles(project, { 'old.py': 'import sys\nprint "x"\n', 'typo.py': 'def f(:\n' });
  const old = await run('old.py');
  expect([old.exitCode, old.printed]).toEqual([7, expect.stringContaining('old.py:2 is Python 2: print "x"')]);
  const typo = await run('typo.py');
  expect([typo.exitCode, typo.printed]).toEqual([7, expect.stringContaining('typo.py:1: invalid syntax')]);
});
