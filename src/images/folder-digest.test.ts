import { chmod, mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestFolder } from './folder-digest.js';

async function createFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spark-dev-test-'));
  await mkdir(join(folder, 'units'));
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n', { mode: 0o644 });
  await writeFile(join(folder, 'units', 'a.service'), '[Unit]\n', { mode: 0o644 });
  return folder;
}

it('is the same for the same content in another place', async () => {
  expect(await digestFolder(await createFolder())).toBe(await digestFolder(await createFolder()));
});

it.each<[string, (folder: string) => Promise<void>]>([
  ['a content', (folder) => writeFile(join(folder, 'units', 'a.service'), '[Service]\n')],
  ['a name', (folder) => rename(join(folder, 'units', 'a.service'), join(folder, 'units', 'b.service'))],
  ['an exec bit', (folder) => chmod(join(folder, 'Dockerfile'), 0o755)],
  ['a new file', (folder) => writeFile(join(folder, 'c'), '')],
])('changes with %s', async (_what, change) => {
  const folder = await createFolder();
  const before = await digestFolder(folder);
  await change(folder);
  expect(await digestFolder(folder)).not.toBe(before);
});
