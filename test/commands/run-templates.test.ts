import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { call } from '../worlds/call.js';
import { readError } from '../worlds/envelope.js';

const template = `
spec:
  priorityClassName: batch-low
  volumes:
    - { name: log, configMap: { name: spark-log4j } }
`;

it('refuses, before anything is built, a pod template that names what is not there', async () => {
  const lists = (kind: string, stdout: string): Scripted => ({
    argv: ['/usr/bin/kubectl'],
    matches: (argv) => argv.includes('get') && argv.includes(kind),
    stdout,
  });
  const programs = [lists('configmaps', 'spark-log4\n'), lists('priorityclasses', 'system-node-critical\n')];
  const kube = () => Promise.resolve(createFakeCluster().kube);
  const record = { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' };
  const { host, changes } = await createFakeMachine({ record }, { kube, programs });
  const { working } = host.directories;
  writeFileSync(join(working, 'etl.py'), 'print(1)\n');
  writeFileSync(join(working, 'pod.yaml'), template);
  const words = ['run', 'etl.py', '--target', 'cluster', '--driver-pod-template', 'pod.yaml', '--json'];
  const { code, why } = readError((await call(words, { host })).stdout);
  expect([code, changes()]).toEqual(['USAGE', []]);
  expect(why).toContain('there is no PriorityClass batch-low');
  expect(why).toContain('there is no ConfigMap spark-log4j in namespace spark; did you mean spark-log4?');
});
