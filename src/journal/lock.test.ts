import { mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import type { Host } from '../ports/host.js';
import { findSocket } from './held-socket.js';
import { withLock, isRunHeld, placeLock, lockAddresses } from './lock.js';

function hostOn(os: NodeJS.Platform): Host & { readonly ui: { readonly lines: readonly string[] } } {
  const host = createFakeHost({ platform: { os } });
  return {
    ...host,
    clock: {
      now: () => Date.now(),
      sleep: async (ms, signal) => {
        await sleep(ms, undefined, signal === undefined ? {} : { signal });
      },
    },
  };
}

describe.each(['linux', 'darwin'] as const)('the lock on %s', (os) => {
  const hostWithRealClock = (): ReturnType<typeof hostOn> => hostOn(os);

  it('lets one in at a time and tells the second whom it waits for', async () => {
    const host = hostWithRealClock();
    const order: string[] = [];
    const first = withLock(host, { command: 'spark-dev init', timeoutMs: 1000 }, async () => {
      order.push('first in');
      await sleep(100);
      order.push('first out');
    });
    await sleep(20);
    await withLock(host, { command: 'spark-dev down', timeoutMs: 5000 }, () =>
      Promise.resolve(order.push('second in')),
    );
    await first;
    expect(order).toEqual(['first in', 'first out', 'second in']);
    expect(host.ui.lines).toEqual([`Waiting for \`spark-dev init\` (process ${String(process.pid)}, for 1 s)`]);
  });

  it('gives up after the time-out and names pid, command and age', async () => {
    const host = hostWithRealClock();
    const held = new AbortController();
    const first = withLock(host, { command: 'spark-dev init', timeoutMs: 1000 }, () =>
      sleep(10_000, undefined, { signal: held.signal }).catch(() => undefined),
    );
    await sleep(20);
    const second = withLock(host, { command: 'spark-dev init', timeoutMs: 150 }, () => Promise.resolve());
    await expect(second).rejects.toMatchObject({
      code: 'LOCKED',
      exitCode: 8,
      why: expect.stringMatching(new RegExp(`spark-dev init.*process ${String(process.pid)}, for 1 s`)) as string,
    });
    held.abort();
    await first;
  });

  it('is let go of when the action throws', async () => {
    const host = hostWithRealClock();
    const failing = withLock(host, { command: 'a', timeoutMs: 100 }, () => Promise.reject(new Error('boom')));
    await expect(failing).rejects.toThrow('boom');
    await expect(withLock(host, { command: 'b', timeoutMs: 100 }, () => Promise.resolve('in'))).resolves.toBe('in');
  });

  it('ends the wait when the caller is interrupted', async () => {
    const host = hostWithRealClock();
    const held = new AbortController();
    const first = withLock(host, { command: 'a', timeoutMs: 100 }, () =>
      sleep(10_000, undefined, { signal: held.signal }).catch(() => undefined),
    );
    await sleep(20);
    const interrupt = new AbortController();
    const second = withLock(host, { command: 'b', timeoutMs: 10_000, signal: interrupt.signal }, () =>
      Promise.resolve(),
    );
    setTimeout(() => {
      interrupt.abort();
    }, 30);
    await expect(second).rejects.toThrow();
    held.abort();
    await first;
  });

  it('answers a visitor with who holds it', async () => {
    const host = hostWithRealClock();
    await withLock(host, { command: 'spark-dev init', timeoutMs: 100 }, async () => {
      const visitor = connect((await findSocket(lockAddresses(host)[0] ?? '')) ?? '');
      const line = await new Promise<string>((resolve) =>
        visitor.once('data', (bytes) => {
          resolve(bytes.toString());
        }),
      );
      visitor.destroy();
      expect(JSON.parse(line)).toMatchObject({ pid: process.pid, command: 'spark-dev init' });
    });
  });

  it.each([
    ['short', 1],
    ['long', 40],
  ])('is one for a home with a %s path and for a link to its data', async (_how, length) => {
    const host = hostWithRealClock();
    const { directories } = host;
    const real = join(directories.data, 'far'.repeat(length));
    mkdirSync(real, { recursive: true });
    onTestFinished(() => {
      for (const address of lockAddresses(by(real))) rmSync(dirname(address), { recursive: true, force: true });
    });
    symlinkSync(real, join(directories.working, 'link'));
    const by = (data: string): Host => ({ ...host, directories: { ...directories, data } });
    await withLock(by(real), { command: 'spark-dev init', timeoutMs: 100 }, async () => {
      const second = withLock(by(join(directories.working, 'link')), { command: 'a', timeoutMs: 1 }, () =>
        Promise.resolve(),
      );
      await expect(second).rejects.toMatchObject({ code: 'LOCKED' });
    });
  });

  it('removes what killed runs left beside it, and no socket that lives or is being made', async () => {
    const host = hostWithRealClock();
    const beside = `${host.directories.data}.locks`;
    const long = new Date(Date.now() - 120_000);
    for (const folder of ['run-0000dead', 'run-0000dead.12345678', 'run-00000001.12345678']) {
      mkdirSync(join(beside, folder), { recursive: true });
      if (folder.includes('dead')) utimesSync(join(beside, folder), long, long);
    }
    const run = await placeLock(host, { pid: process.pid, command: 'run', since: 0 }, 'live');
    utimesSync(run.address, long, long);
    await withLock(host, { command: 'spark-dev clean', timeoutMs: 100 }, () => {
      expect(readdirSync(beside).sort()).toEqual(['main', basename(run.address), 'run-00000001.12345678'].sort());
      return Promise.resolve();
    });
    expect(await isRunHeld(host, 'live')).toBe(true);
    run.lock?.release();
  });
});

it.each(['null', '[]', '{}', 'garbage', '{"pid":"1","command":"x","since":0}', '{"pid":1,"command":{},"since":0}'])(
  'is held by a process without a name where that says %s',
  async (answer) => {
    const host = hostOn('linux');
    const address = lockAddresses(host)[0] ?? '';
    mkdirSync(address, { recursive: true });
    const stranger = createServer((visitor) => {
      visitor.on('error', () => undefined);
      visitor.write(`${answer}\n`);
    });
    await new Promise<void>((resolve) => stranger.listen(join(address, '0123abcd'), resolve));
    await expect(withLock(host, { command: 'a', timeoutMs: 100 }, () => Promise.resolve())).rejects.toMatchObject({
      code: 'LOCKED',
      why: 'It is held by an unidentified process.',
    });
    stranger.close();
  },
);
