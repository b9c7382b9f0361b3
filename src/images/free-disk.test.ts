import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { requireFreeDisk } from './free-disk.js';

it('looks at the disk on which a folder will lie, and says both figures', async () => {
  const folder = join(createFakeHost().directories.data, 'not', 'yet');
  await requireFreeDisk(folder, 1, 'Saving');
  await expect(requireFreeDisk(folder, 1e18, 'Saving')).rejects.toMatchObject({
    code: 'DISK_FULL',
    exitCode: 6,
    what: 'Not enough disk space: Saving needs 1000000000.0 GB',
    facts: { neededBytes: 1e18, freeBytes: expect.any(Number) as number },
  });
});
