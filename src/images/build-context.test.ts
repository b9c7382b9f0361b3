import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { overBaseRecipe } from './custom-base.js';
import { assembleContext, linkTree } from './build-context.js';

it('brings whole folders without a second copy, exec bits included', async () => {
  const { working } = createFakeHost().directories;
  const from = join(working, 'pyspark');
  await mkdir(join(from, 'deps', 'jars'), { recursive: true });
  await writeFile(join(from, 'deps', 'jars', 'a.jar'), 'jar');
  await writeFile(join(from, 'run'), 'script', { mode: 0o755 });
  const to = join(working, 'context', 'pyspark');
  await linkTree(from, to);
  expect(await readFile(join(to, 'deps', 'jars', 'a.jar'), 'utf8')).toBe('jar');
  expect((await stat(join(to, 'run'))).mode & 0o111).not.toBe(0);
  expect((await stat(join(to, 'run'))).ino).toBe((await stat(join(from, 'run'))).ino);
});

it('has an empty folder where the Dockerfile copies from one and the recipe has nothing', async () => {
  const { working, package: home } = createFakeHost().directories;
  const context = join(working, 'context');
  await assembleContext(overBaseRecipe('4.3.0', `a/b@sha256:${'a'.repeat(64)}`), home, context);
  expect(await readdir(join(context, 'spark-distribution', 'deps', 'jars'))).toEqual([]);
  const dockerfile = await readFile(join(context, 'Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  );
  for (const source of copied) await stat(join(context, source));
});
