import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { Server } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { createFakeHost, type FakeHost } from '../../test/fakes/fake-host.js';
import type { Host } from '../ports/host.js';
import { findSocket, listen, sweepDead } from './held-socket.js';
import { isRunHeld, placeLock, lockAddresses } from './lock.js';

const firstAddress = (host: Host): string => lockAddresses(host)[0] ?? '';
const holder = { pid: process.pid, command: 'a', since: 0 };

/** Takes the lock's place as a holder does, and is killed. */
async function leaveDeadSocket(address: string): Promise<void> {
  mkdirSync(address, { recursive: true });
  const script = `require('net').createServer().listen(process.argv[1], () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script, join(address, 'deaddead')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('a held socket', () => {
  it('lies in a folder that only its user can enter, and leaves nothing', async () => {
    const address = firstAddress(createFakeHost());
    const held = await listen(address, holder);
    expect(statSync(dirname(address)).mode & 0o777).toBe(0o700);
    expect(await listen(address, holder)).toBeUndefined();
    expect(readdirSync(dirname(address))).toEqual(['main']);
    held?.release();
    expect(existsSync(dirname(address))).toBe(false);
  });

  it('is taken over from a killed process by one of many', async () => {
    for (let round = 0; round < 5; round++) {
      const address = firstAddress(createFakeHost());
      await leaveDeadSocket(address);
      const held = await Promise.all(Array.from({ length: 20 }, () => listen(address, holder)));
      expect(held.filter((one) => one !== undefined)).toHaveLength(1);
      expect(readdirSync(address)).toHaveLength(1);
    }
  });

  it('is had by one at a time while many come and go', async () => {
    const address = firstAddress(createFakeHost());
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

describe('what lies beside a lock', () => {
  const age = (...paths: readonly string[]): void => {
    for (const path of paths) utimesSync(path, 0, 0);
  };

  it('is swept where it is a socket of a killed process, and stays where it is anything else', async () => {
    const address = firstAddress(createFakeHost());
    const folder = dirname(address);
    const held = await listen(address, holder);
    const dead = [join(folder, 'run-00000001'), join(folder, 'main.0000000a')];
    for (const path of dead) await leaveDeadSocket(path);
    const elsewhere = join(dirname(folder), 'elsewhere');
    const kept = ['notes/b.txt', 'notes/sub/a.txt', 'run-00000002/00000002', 'run-00000003/sub/deep']
      .map((name) => join(folder, name))
      .concat(join(elsewhere, 'd', 'x'));
    for (const path of kept) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, 'precious');
    }
    await leaveDeadSocket(join(folder, 'theirs'));
    await leaveDeadSocket(elsewhere);
    symlinkSync(elsewhere, join(folder, 'run-00000004'));
    kept.push(join(folder, 'theirs', 'deaddead'), join(elsewhere, 'deaddead'));
    age(...dead, ...kept.map((path) => dirname(path)));
    await sweepDead(address, Date.now());
    expect(dead.filter((path) => existsSync(path))).toEqual([]);
    expect(kept.filter((path) => !existsSync(path))).toEqual([]);
    held?.release();
  });

  it('stays at the address too, and is named', async () => {
    const address = firstAddress(createFakeHost());
    mkdirSync(join(address, 'sub'), { recursive: true });
    writeFileSync(join(address, 'sub', 'a.txt'), 'precious');
    await expect(listen(address, holder)).rejects.toMatchObject({
      code: 'DISK_WRITE_FAILED',
      what: expect.stringContaining(join(address, 'sub')) as string,
    });
    expect(existsSync(join(address, 'sub', 'a.txt'))).toBe(true);
    expect(readdirSync(dirname(address))).toEqual(['main']);
  });
});

describe('the lock of a home with a path that is too long for a socket', () => {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });
  function hostFarAway(): FakeHost {
    const host = createFakeHost();
    return { ...host, directories: { ...host.directories, data: join(host.directories.data, 'far'.repeat(40)) } };
  }

  it('lies in a private folder below /tmp', async () => {
    const { address, lock } = await placeLock(hostFarAway(), holder);
    made.push(dirname(address));
    expect(dirname(dirname(address))).toBe('/tmp');
    expect(lock).toBeDefined();
    lock?.release();
  });

  it('is refused where that folder is not private', async () => {
    const host = hostFarAway();
    const folder = dirname(firstAddress(host));
    made.push(folder);
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    await expect(placeLock(host, holder)).rejects.toMatchObject({ code: 'DISK_WRITE_FAILED' });
    chmodSync(folder, 0o700);
    const other = { ...host, platform: { ...host.platform, uid: (host.platform.uid ?? 0) + 1 } };
    mkdirSync(folder.replace(/-\d+-/, `-${String(other.platform.uid)}-`), { mode: 0o700 });
    made.push(folder.replace(/-\d+-/, `-${String(other.platform.uid)}-`));
    await expect(placeLock(other, holder)).rejects.toMatchObject({
      what: expect.stringContaining('not a private') as string,
    });
  });
});

describe('the lock of a home where no socket can be made', () => {
  const made: string[] = [];
  afterEach(() => {
    for (const folder of made) rmSync(folder, { recursive: true, force: true });
  });

  it('lies below /tmp for every process, and a run there is seen', async () => {
    const host = createFakeHost();
    // nobody can make a folder there, not even root
    const there = { ...host, directories: { ...host.directories, data: '/sys/spark-dev-test/data' } };
    const { address, lock } = await placeLock(there, holder, 'a');
    made.push(dirname(address));
    expect(dirname(dirname(address))).toBe('/tmp');
    expect(await placeLock(there, holder, 'a')).toEqual({ address, lock: undefined });
    expect(await isRunHeld(there, 'a')).toBe(true);
    lock?.release();
    expect(await isRunHeld(there, 'a')).toBe(false);
  });

  it('lies below /tmp where the file system has no sockets, and leaves no draft there', async () => {
    const host = createFakeHost();
    const near = `${host.directories.data}.locks`;
    const refused: string[] = [];
    // no file system without sockets is on every machine
    const real = Reflect.get<Server, 'listen'>(Server.prototype, 'listen');
    onTestFinished(() => {
      Server.prototype.listen = real;
    });
    Server.prototype.listen = function (this: Server, ...args: never[]) {
      const path = String(args[0]);
      if (!path.startsWith(near)) return Reflect.apply(real, this, args) as Server;
      refused.push(path);
      this.emit('error', Object.assign(new Error('listen'), { code: 'ENOTSUP' }));
      return this;
    };
    const { address, lock } = await placeLock(host, holder);
    made.push(dirname(address));
    expect(refused).toHaveLength(1);
    expect(dirname(dirname(address))).toBe('/tmp');
    expect(lock).toBeDefined();
    expect(existsSync(near)).toBe(false);
    lock?.release();
  });
});

it('is a named pipe on Windows', () => {
  const address = firstAddress(createFakeHost({ platform: { os: 'win32', uid: undefined } }));
  expect(address).toMatch(/^\\\\\.\\pipe\\spark-dev-0-[0-9a-f]{16}-main$/);
});
