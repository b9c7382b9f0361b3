import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { newRun } from './run-folder.js';
import { fingerprintOf, listStandbys, noteStandby, takeStandby } from './standby.js';

const run = (id: string) => ({ runId: `pi-261130120000-${id}`, folder: '' });

describe('fingerprintOf', () => {
  it('leaves out the run that it is made for', () => {
    const started = (id: string, memory: string) => ['java', `-Djava.io.tmpdir=/runs/${run(id).runId}/tmp`, memory];
    expect(fingerprintOf(started('aaaa', '1g'), run('aaaa'))).toBe(fingerprintOf(started('bbbb', '1g'), run('bbbb')));
    expect(fingerprintOf(started('aaaa', '1g'), run('aaaa'))).not.toBe(
      fingerprintOf(started('bbbb', '2g'), run('bbbb')),
    );
  });
});

describe('standbys', () => {
  const note = async (host: ReturnType<typeof createFakeHost>, fingerprint: string) => {
    const identity = newRun(host, 'pi');
    await mkdir(identity.folder, { recursive: true });
    await noteStandby(host, { ...identity, fingerprint, facts: { pid: 7 } });
  };

  it('are listed until somebody takes them, and only one does', async () => {
    const host = createFakeHost();
    await note(host, 'one');
    const [found] = await listStandbys(host);
    expect(found).toMatchObject({ fingerprint: 'one', facts: { pid: 7 } });
    if (found === undefined) return;
    expect(await Promise.all([takeStandby(found), takeStandby(found)])).toEqual(expect.arrayContaining([true, false]));
    expect(await listStandbys(host)).toEqual([]);
  });

  it('end after ten minutes', async () => {
    const host = createFakeHost();
    await note(host, 'one');
    await host.clock.sleep(11 * 60_000);
    expect(await listStandbys(host)).toMatchObject([{ isExpired: true }]);
  });
});
