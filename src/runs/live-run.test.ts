import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { isRunLive, withLiveRun } from './live-run.js';
import { lockAddresses } from '../journal/lock.js';

describe('a live run', () => {
  it.each(['linux', 'darwin'] as const)('is seen while it lasts, and not before or after, on %s', async (os) => {
    const host = createFakeHost({ platform: { os } });
    expect(await isRunLive(host, 'a')).toBe(false);
    await withLiveRun(host, 'a', async () => {
      expect(await isRunLive(host, 'a')).toBe(true);
      expect(await isRunLive(host, 'b')).toBe(false);
    });
    expect(await isRunLive(host, 'a')).toBe(false);
  });

  it('is over when it fails', async () => {
    const host = createFakeHost();
    await expect(withLiveRun(host, 'a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await isRunLive(host, 'a')).toBe(false);
  });

  it('lasts while its process is suspended, and is over the moment that is killed', async () => {
    const host = createFakeHost();
    const address = lockAddresses(host, 'a')[0] ?? '';
    mkdirSync(address, { recursive: true });
    const script = `require('net').createServer((s) => s.on('error', () => {}).write('{"pid":1,"command":"run a","since":1}\\n')).listen(process.argv[1], () => console.log('up'))`;
    const child = spawn(process.execPath, ['-e', script, join(address, '0a1b2c3d')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    expect(await isRunLive(host, 'a')).toBe(true);
    child.kill('SIGSTOP');
    expect(await isRunLive(host, 'a')).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isRunLive(host, 'a')).toBe(false);
  });
});
