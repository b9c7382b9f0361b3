import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { buildModules } from './built-modules.js';

const load = await buildModules('adapters/child-runner');

/** Tells the pid of its child and leaves at once, as a second Ctrl-C makes us do. */
const leaving = `
  const { createChildRunner } = ${load('adapters/child-runner')};
  const child = 'console.log(process.pid); setInterval(() => {}, 1000)';
  await createChildRunner({ env: process.env }).run([process.execPath, '-e', child], {
    onLine: (pid) => { console.log(pid); process.exit(0); },
  });
`;

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('leaves no child behind when we have to go at once', async () => {
  const pid = Number(execFileSync(process.execPath, ['--input-type=module', '-e', leaving], { encoding: 'utf8' }));
  expect(pid).toBeGreaterThan(1);
  await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
});
