import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { endForeignProcess } from './end-process.js';

it('ends a process, and is content with one that is gone already', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
  const ended = once(child, 'exit');
  expect(await endForeignProcess(child.pid ?? 0)).toBe(true);
  expect((await ended)[1]).toBe('SIGTERM');
  expect(await endForeignProcess(child.pid ?? 0)).toBe(true);
});
