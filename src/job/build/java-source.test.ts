import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { putFiles } from '../../../test/fakes/put-files.js';
import type { ProgramSources } from '../program-sources.js';
import { findSourceRoot, listJavaSources, readJavaMain } from './java-source.js';

const folder = mkdtempSync(join(tmpdir(), 'spark-dev-test-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});
putFiles(folder, {
  'org/acme/Etl.java': `package org.acme;\nimport org.acme.util.Names;\nimport static org.acme.more.All.x;\nimport org.acme.wide.*;
public class Etl { public static void main(final String[] args) {} }`,
  'org/acme/Helper.java': 'package org.acme; class Helper {}',
  'org/acme/util/Names.java': 'package org.acme.util;\nimport org.acme.deep.One;',
  'org/acme/deep/One.java': 'package org.acme.deep;',
  'org/acme/more/All.java': 'package org.acme.more;',
  'org/acme/wide/Any.java': 'package org.acme.wide;',
  'org/other/Unused.java': 'package org.other;',
  'Etl.java': 'public class Etl { static public void main(String... args) {} }',
  'Other.java': 'public class Other { public static void main(String... args) {} }',
});
const etl = join(folder, 'org/acme/Etl.java');
const sources = (names: readonly string[], mainClass?: string): ProgramSources => ({
  paths: names.map((name) => join(folder, name)),
  folder,
  mainClass,
  working: folder,
  userHome: '/home/ada',
  adviseFile: (path) => `spark-dev run ${path}`,
});

it('reads the main class from the sources', async () => {
  const main = await readJavaMain(sources(['org/acme/Etl.java', 'org/acme/Helper.java']));
  expect(main).toEqual({ kind: 'java', source: etl, mainClass: 'org.acme.Etl' });
});

it('takes the class asked for, or asks among several', async () => {
  const names = ['Etl.java', 'Other.java'];
  expect(await readJavaMain(sources(names, 'Other'))).toMatchObject({ mainClass: 'Other' });
  await expect(readJavaMain(sources(names))).rejects.toMatchObject({ code: 'USAGE' });
});

it('compiles again when a file changes that the program can reach', async () => {
  expect(await findSourceRoot(etl)).toBe(folder);
  const found = await listJavaSources(etl);
  expect(found.map((path) => path.slice(folder.length + 1)).toSorted()).toEqual([
    'org/acme/Etl.java',
    'org/acme/Helper.java',
    'org/acme/deep/One.java',
    'org/acme/more/All.java',
    'org/acme/util/Names.java',
    'org/acme/wide/Any.java',
  ]);
});
