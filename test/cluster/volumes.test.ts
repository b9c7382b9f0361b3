import { beforeAll, expect, it } from 'vitest';
import { runWithClaim, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';
import { runProgram } from '../program/program.js';

let tools: ClusterTools;
beforeAll(async () => {
  tools = await requirePrepared();
});

it('data on a claim outlive down and init', async () => {
  const word = `kept-${String(Date.now())}`;
  await runWithClaim(tools, 'spark-events', `echo ${word} > /claim/kept.txt`);
  expect((await runProgram(['down'])).exitCode).toBe(0);
  const stopped = await runProgram(['status', '--json']);
  expect(stopped.stdout).not.toContain('"state":"running"');
  const up = await runProgram(['init', '--yes', '--no-verify']);
  expect(up.stderr).not.toContain('error');
  expect(up.exitCode).toBe(0);
  expect(await runWithClaim(tools, 'spark-events', 'cat /claim/kept.txt; rm /claim/kept.txt')).toContain(word);
});
