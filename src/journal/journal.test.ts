import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.js';
import { place } from '../../test/fakes/private-kubeconfig.js';
import { claimFolders } from '../config/own-folders.js';
import { closeEntry, isOpen, readEntry, withEntry, writeEntry } from './journal.js';

const schema = z.object({ step: z.string() });

function fileOf(host: FakeHost, operation: string): string {
  return join(host.directories.data, 'journal', `${operation}.json`);
}

describe('the journal', () => {
  it('has an entry while the operation runs and none after it', async () => {
    const host = createFakeHost();
    await withEntry(host, 'delete-cluster', () => {
      expect(JSON.parse(readFileSync(fileOf(host, 'delete-cluster'), 'utf8'))).toEqual({ since: host.clock.now() });
      return Promise.resolve();
    });
    expect(existsSync(fileOf(host, 'delete-cluster'))).toBe(false);
    expect(await isOpen(host, 'delete-cluster')).toBe(false);
  });

  it('keeps the entry when the operation fails, for the next call to see', async () => {
    const host = createFakeHost();
    const killed = withEntry(host, 'create-cluster', () => Promise.reject(new Error('killed')));
    await expect(killed).rejects.toThrow('killed');
    expect(await isOpen(host, 'create-cluster')).toBe(true);
    expect(await isOpen(host, 'delete-cluster')).toBe(false);
  });

  it('gives back what was written last', async () => {
    const host = createFakeHost();
    expect(await readEntry(host, 'recreate-cluster', schema)).toBeUndefined();
    await writeEntry(host, 'recreate-cluster', { step: 'save' });
    await writeEntry(host, 'recreate-cluster', { step: 'delete' });
    expect(await readEntry(host, 'recreate-cluster', schema)).toEqual({ step: 'delete' });
    await closeEntry(host, 'recreate-cluster');
    expect(await readEntry(host, 'recreate-cluster', schema)).toBeUndefined();
  });

  it('knows an unfinished operation by its name alone, and says when its content is lost', async () => {
    const host = createFakeHost();
    mkdirSync(join(host.directories.data, 'journal'), { recursive: true });
    writeFileSync(fileOf(host, 'recreate-cluster'), '{"step":');
    expect(await isOpen(host, 'recreate-cluster')).toBe(true);
    await expect(readEntry(host, 'recreate-cluster', schema)).rejects.toMatchObject({ code: 'JOURNAL_BROKEN' });
  });

  it('is that of one home, also where an earlier version wrote it into a state folder that two homes share', async () => {
    const [first, other] = [createFakeHost(), createFakeHost()];
    const second = { ...other, directories: { ...other.directories, state: first.directories.state } };
    await claimFolders(first.directories);
    place(join(first.directories.state, 'journal', 'recreate-cluster.json'), '{"step":"delete"}');
    await writeEntry(first, 'delete-cluster', { network: 'n1' });
    await claimFolders(second.directories);
    for (const operation of ['recreate-cluster', 'delete-cluster'] as const) {
      expect(await isOpen(second, operation)).toBe(false);
      await closeEntry(second, operation);
      expect(await isOpen(first, operation)).toBe(true);
    }
    expect(await readEntry(second, 'recreate-cluster', schema)).toBeUndefined();
    expect(await readEntry(first, 'recreate-cluster', schema)).toEqual({ step: 'delete' });
    await closeEntry(first, 'recreate-cluster');
    expect(await isOpen(first, 'recreate-cluster')).toBe(false);
  });
});
