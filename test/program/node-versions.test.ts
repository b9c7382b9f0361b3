import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);

/** The floor, and the newest of each line in use. */
describe.each(['20.19.0', '22', '24'])('Node %s', (version) => {
  const call = (...words: string[]): ReturnType<typeof run> =>
    run('npx', ['-y', `node@${version}`, 'dist/main.js', ...words], { maxBuffer: 1024 ** 2 * 10 });

  it('starts', async () => {
    expect((await call('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { data } = JSON.parse(String((await call('version', '--json')).stdout)) as { data: { node: string } };
    expect(`${data.node}.`.startsWith(`${version}.`)).toBe(true);
    expect((await call('--help')).stdout).toContain('Examples:');
  });

  it('runs Spark', async () => {
    const { stdout } = await call('run', 'sparkpi', '--target', 'local', '--json', '--', '2');
    const { ok, data } = JSON.parse(String(stdout)) as { ok: boolean; data: { pi: number } };
    expect(ok).toBe(true);
    expect(data.pi).toBeCloseTo(3.14, 1);
  });
});
