import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { newRun } from './run-folder.js';
import { fingerprintOf, listStandbys, listStartedRuns, noteStandby, takeStandby } from './standby.js';

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
    await noteStandby(host, identity, { place: 'local', fingerprint, facts: { pid: 7 } });
    return identity;
  };

  it('are listed until somebody takes them, and only one does', async () => {
    const host = createFakeHost();
    await note(host, 'one');
    const [found] = await listStandbys(host, 'local');
    expect(found).toMatchObject({ fingerprint: 'one', facts: { pid: 7 } });
    if (found === undefined) return;
    expect(await Promise.all([takeStandby(found), takeStandby(found)])).toEqual(expect.arrayContaining([true, false]));
    expect(await listStandbys(host, 'local')).toEqual([]);
  });

  it('are no runs until a program is theirs, and of one place', async () => {
    const host = createFakeHost();
    const { runId } = await note(host, 'one');
    expect(await listStartedRuns(host)).toEqual([]);
    expect(await listStandbys(host, 'cluster')).toEqual([]);
    for (const one of await listStandbys(host, 'local')) await takeStandby(one);
    expect(await listStartedRuns(host)).toEqual([runId]);
  });

  it('end after ten minutes', async () => {
    const host = createFakeHost();
    await note(host, 'one');
    await host.clock.sleep(11 * 60_000);
    expect(await listStandbys(host, 'local')).toMatchObject([{ isExpired: true }]);
  });
});
