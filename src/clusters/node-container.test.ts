import { expect, it } from 'vitest';
import { parseNodeContainer } from './node-container.js';

it.each([
  ['running 2000000000 6442450944\n', { state: 'running', limit: { cpus: 2, memoryMb: 6144 } }],
  ['paused 1500000000 4294967296', { state: 'paused', limit: { cpus: 2, memoryMb: 4096 } }],
  ['exited 0 0', { state: 'stopped', limit: undefined }],
  ['created 2000000000 0', { state: 'stopped', limit: undefined }],
])('%j', (stdout, container) => {
  expect(parseNodeContainer(stdout)).toEqual(container);
});
