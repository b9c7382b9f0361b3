import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { putFiles } from '../../test/fakes/put-files.js';
import { findApplication } from './application.js';
import { readScala } from './scala-source.js';

const main = 'def main(args: Array[String]): Unit = {}';

describe('the main class of a Scala source', () => {
  it.each([
    ['Etl', `object Etl { ${main} }`],
    ['org.acme.jobs.Etl', `package org.acme.jobs\n// package wrong\nimport x.y\nobject Etl { ${main} }`],
    ['a.b.Etl', `package a\npackage b\nobject Etl { ${main} }`],
    ['a.b.Etl', `package a { package b { object Etl { ${main} } }\nobject Other { val s = "}" } }`],
    ['a.Etl', `package a\nobject Helper { object Inner { ${main} } }\nobject Etl { /* } */ ${main} }`],
    ['a.Etl', `package a\npackage object util { def f = 1 }\nobject Etl extends App { println("def main(") }`],
    ['Etl', `object Etl extends Logging with Serializable { val c = '{'\n ${main} }`],
    ['Etl', 'case class Row(a: Int)\nobject Etl extends scala.App\nobject Row extends Reader'],
    ['Etl', `class Etl { ${main} }\nobject Etl { val x = """ } """; ${main} }`],
  ])('is %s in %j', (expected, text) => {
    expect(readScala(text).mains).toEqual([expected]);
  });

  it('may be inherited', () => {
    expect(readScala('package a\nobject Etl extends Job {\n}')).toMatchObject({ mains: [], extending: ['a.Etl'] });
  });
});

async function find(files: Readonly<Record<string, string>>, name: string, mainClass?: string): Promise<unknown> {
  const { directories } = createFakeHost();
  putFiles(directories.working, files);
  const found: unknown = await findApplication(directories, name, { mainClass }).catch((error: unknown) => error);
  const text = JSON.stringify(found instanceof Error ? { ...found } : found);
  return JSON.parse(text.replaceAll(`${directories.working}/`, ''));
}

describe('a Scala program', () => {
  it('of several files in a folder is compiled from all of them', async () => {
    const files = { 'jobs/Util.scala': 'package j\nclass Util', 'jobs/Job.scala': `package j\nobject Run { ${main} }` };
    expect(await find(files, 'jobs')).toEqual({
      name: 'jobs',
      kind: 'scala',
      source: 'jobs/Job.scala',
      mainClass: 'j.Run',
      siblings: ['jobs/Util.scala'],
    });
  });

  it('with several main objects is refused with the flags, unless one is named like the file', async () => {
    const both = `object A { ${main} }\nobject B { ${main} }`;
    expect(await find({ 'Etl.scala': both }, 'Etl.scala')).toMatchObject({
      code: 'USAGE',
      fix: ['--class A', '--class B'],
    });
    expect(await find({ 'B.scala': both }, 'B.scala')).toMatchObject({ mainClass: 'B' });
    expect(await find({ 'Etl.scala': both }, 'Etl.scala', 'A')).toMatchObject({ mainClass: 'A' });
  });

  it('brings along the files that define what it uses, and no other program', async () => {
    const files = {
      'Etl.scala': `object Etl { ${main}; new Reader; case class Row() }`,
      'Reader.scala': 'class Reader extends Base',
      'Base.scala': 'trait Base',
      'Other.scala': `object Other { ${main}; new Reader }`,
      'Again.scala': `class Reader\nobject Again { ${main} }`,
    };
    expect(await find(files, 'Etl.scala')).toMatchObject({ siblings: ['Base.scala', 'Reader.scala'] });
  });

  it('finds the rest of its packages in the folders that are named like them', async () => {
    const files = {
      'src/main/scala/org/acme/Etl.scala': `package org.acme\nimport org.acme.util._\nobject Etl { ${main}; shout }`,
      'src/main/scala/org/acme/util/package.scala': 'package org.acme\npackage object util { def shout = 1 }',
    };
    const path = join('src', 'main', 'scala', 'org', 'acme');
    expect(await find(files, `${path}/Etl.scala`)).toMatchObject({ siblings: [`${path}/util/package.scala`] });
  });
});
