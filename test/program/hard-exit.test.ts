import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { buildModules } from './built-modules.js';

const load = await buildModules('adapters/child-runner');

const starter = fileURLToPath(new URL('../../images/spark/driver/driver.py', import.meta.url));

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

it.each(['program', 'us'])('ends what a program started, whichever is killed: %s', async (killed) => {
  const source = `
    const { createChildRunner } = ${load('adapters/child-runner')};
    const starter = ${JSON.stringify(starter)};
    const words = ['python3', '-IS', starter, 'bash', '-c', 'sleep 300 & echo $!; ${killed === 'us' ? 'wait' : 'kill -9 $$'}'];
    await createChildRunner({ env: process.env }).run(words, {
      lifeline: true,
      env: { SPARK_DEV_LIFELINE: '3' },
      accept: [137],
      onLine: (line, from) => { if (from === 'stdout') console.log(line); ${killed === 'us' ? "if (from === 'stdout') process.kill(process.pid, 'SIGKILL');" : ''} },
    });
  `;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  const pid = Number(stdout);
  expect(pid).toBeGreaterThan(1);
  await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
});
