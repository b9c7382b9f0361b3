import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { forgetTree, layTree, listTree, renderManifest } from './dev-tree.js';

const world = mkdtempSync(join(tmpdir(), 'spark-dev-tree-'));

it('syncs the program and its modules, builds for the rest, and writes only what changed', async () => {
  const from = join(world, 'project');
  const folder = join(world, 'run');
  mkdirSync(join(from, 'data'), { recursive: true });
  const save = (name: string, text: string): void => {
    writeFileSync(join(from, name), text);
  };
  save('app.py', 'one');
  save('m-1.zip', 'module');
  save('data/x.txt', 'x');
  const files = (module: string, dockerfile = 'FROM base\n') => ({
    generated: { 'image/Dockerfile': dockerfile },
    copied: [
      { from: join(from, 'app.py'), to: 'image/app/app.py' },
      { from: join(from, module), to: `image/extra/py/${module}` },
      { from: join(from, 'data'), to: 'image/project/data' },
    ],
  });
  expect(await layTree(folder, files('m-1.zip'))).toBe('rebuilt');
  expect(await layTree(folder, files('m-1.zip'))).toBe('same');

  save('app.py', 'two');
  expect(await layTree(folder, files('m-1.zip'))).toBe('synced');
  expect(readFileSync(join(folder, 'image/app/app.py'), 'utf8')).toBe('two');

  save('m-2.zip', 'module');
  expect(await layTree(folder, files('m-2.zip'))).toBe('synced');
  const tree = await listTree(folder);
  expect(Object.keys(tree).sort()).toEqual(['app.py', 'layer', 'py/m-2.zip']);
  expect(await renderManifest(tree)).toMatch(/^[0-9a-f]{64} {2}app\.py\n/);

  save('data/x.txt', 'longer');
  expect(await layTree(folder, files('m-2.zip'))).toBe('rebuilt');
  rmSync(join(from, 'data/x.txt'));
  expect(await layTree(folder, files('m-2.zip'))).toBe('rebuilt');
  expect(await layTree(folder, files('m-2.zip', 'FROM other\n'))).toBe('rebuilt');

  // after a build that failed
  await forgetTree(folder);
  expect(await layTree(folder, files('m-2.zip', 'FROM other\n'))).toBe('rebuilt');
});
