import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.js';
import { findSocket, listen } from './held-socket.js';
import { lockAddress } from './lock-address.js';

const holder = { pid: process.pid, command: 'a', since: 0 };

/** Takes the lock's place as a holder does, and is killed. */
async function leaveDeadSocket(address: string): Promise<void> {
  mkdirSync(address, { recursive: true });
  const script = `require('net').createServer().listen(process.argv[1], () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script, join(address, 'dead')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe.runIf(process.platform !== 'win32')('a held socket', () => {
  it('lies in a folder that only its user can enter, and leaves nothing', async () => {
    const address = await lockAddress(createFakeHost());
    const held = await listen(address, holder);
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
    expect(await listen(address, holder)).toBeUndefined();
    expect(readdirSync(dirname(address))).toEqual(['main']);
    held?.release();
    expect(existsSync(dirname(address))).toBe(false);
  });

  it('is taken over from a killed process by one of many', async () => {
    for (let round = 0; round < 5; round++) {
      const address = await lockAddress(createFakeHost());
      await leaveDeadSocket(address);
      const held = await Promise.all(Array.from({ length: 20 }, () => listen(address, holder)));
      expect(held.filter((one) => one !== undefined)).toHaveLength(1);
      expect(readdirSync(address)).toHaveLength(1);
    }
  });

  it('is had by one at a time while many come and go', async () => {
    const address = await lockAddress(createFakeHost());
    let inside = 0;
    let most = 0;
    const visit = async (): Promise<void> => {
      for (let turn = 0; turn < 20; turn++) {
        const held = await listen(address, holder);
        if (held === undefined) continue;
        most = Math.max(most, (inside += 1));
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        held.release();
      }
    };
    await Promise.all(Array.from({ length: 8 }, visit));
    expect(most).toBe(1);
    expect(await findSocket(address)).toBeUndefined();
  });
});

describe.runIf(process.platform !== 'win32')('the lock of a home with a path that is too long for a socket', () => {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });
  function hostFarAway(): FakeHost {
    const host = createFakeHost();
    return { ...host, directories: { ...host.directories, data: join(host.directories.data, 'far'.repeat(40)) } };
  }

  it('lies in a private folder below /tmp', async () => {
    const address = await lockAddress(hostFarAway());
    made.push(dirname(address));
    expect(dirname(dirname(address))).toBe('/tmp');
    const held = await listen(address, holder);
    expect(held).toBeDefined();
    held?.release();
  });

  it('is refused where that folder is not private', async () => {
    const host = hostFarAway();
    const folder = dirname(await lockAddress(host));
    made.push(folder);
    chmodSync(folder, 0o755);
    await expect(lockAddress(host)).rejects.toMatchObject({ code: 'DISK_WRITE_FAILED' });
    chmodSync(folder, 0o700);
    const other = { ...host, platform: { ...host.platform, uid: (host.platform.uid ?? 0) + 1 } };
    mkdirSync(folder.replace(/-\d+-/, `-${String(other.platform.uid)}-`), { mode: 0o700 });
    made.push(folder.replace(/-\d+-/, `-${String(other.platform.uid)}-`));
    await expect(lockAddress(other)).rejects.toMatchObject({
      what: expect.stringContaining('not a private') as string,
    });
  });
});

it('is a named pipe on Windows', async () => {
  const address = await lockAddress(createFakeHost({ platform: { os: 'win32', uid: undefined } }));
  expect(address).toMatch(/^\\\\\.\\pipe\\spark-dev-0-[0-9a-f]{16}-main$/);
});
