import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { putFiles } from '../../test/fakes/put-files.js';
import { archivePath } from './python-modules.js';

it('names the archive by its content', async () => {
  const host = createFakeHost();
  const from = join(host.directories.working, 'a.py');
  const path = async (text: string, to = 'a.py'): Promise<string | undefined> => {
    putFiles(host.directories.working, { 'a.py': text });
    return archivePath(host, 'Größe 1', [{ from, to }]);
  };
  expect(await path('1')).toBe(await path('1'));
  expect(new Set([await path('1'), await path('2'), await path('2', 'b.py')]).size).toBe(3);
  expect(await archivePath(host, 'etl', [])).toBeUndefined();
});
