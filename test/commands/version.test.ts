import { expect, it } from 'vitest';
import { call } from '../worlds/call.js';
import { readResult } from '../worlds/envelope.js';

it('names itself, Node and the machine', async () => {
  const { exitCode, stdout } = await call(['version']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^spark-dev \d+\.\d+\.\d+ \(Node \d+\.\d+\.\d+, linux\/amd64\)\n$/);
});

it('says the same in JSON', async () => {
  const { stdout } = await call(['version', '--json']);
  expect(readResult(stdout)).toEqual({
    version: (await call(['--version'])).stdout.trim(),
    node: process.versions.node,
    os: 'linux',
    arch: 'amd64',
  });
});
