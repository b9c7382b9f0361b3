import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { readUnfinishedIntent, withIntent } from './intent.js';

const intent = { operation: 'delete-cluster', profile: 'spark-dev' } as const;

describe('the journal of a destructive operation', () => {
  it('is on the disk while it runs and gone after it', async () => {
    const host = createFakeHost();
    const path = join(host.directories.state, 'journal', 'intent.json');
    await withIntent(host, intent, () => {
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject(intent);
      return Promise.resolve();
    });
    expect(existsSync(path)).toBe(false);
    expect(await readUnfinishedIntent(host)).toBeUndefined();
  });

  it('stays when the operation fails, for the next call to see', async () => {
    const host = createFakeHost();
    await expect(withIntent(host, intent, () => Promise.reject(new Error('killed')))).rejects.toThrow('killed');
    expect(await readUnfinishedIntent(host)).toMatchObject(intent);
  });

  it('is not confused by a file that was cut short', async () => {
    const host = createFakeHost();
    mkdirSync(join(host.directories.state, 'journal'), { recursive: true });
    writeFileSync(join(host.directories.state, 'journal', 'intent.json'), '{"operation":');
    expect(await readUnfinishedIntent(host)).toBeUndefined();
  });
});
