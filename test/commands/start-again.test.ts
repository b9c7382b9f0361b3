import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { prepareRun } from '../../src/run/start.js';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { kubectlLine } from '../fakes/fake-runner.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { endsWith, image } from '../worlds/cluster-run-world.js';

const record = { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' };
const global = { output: 'text', yes: false, dryRun: false, context: undefined, provider: undefined } as const;
const { signal } = new AbortController();

it('a prepared run is launched again without asking again for anything that was asked to prepare it', async () => {
  const cluster = createFakeCluster();
  const story = endsWith({ terminated: { exitCode: 0 } }, 'Pi is roughly 3.1415');
  const has =
    (...words: readonly string[]) =>
    (argv: readonly string[]): boolean =>
      words.every((word) => argv.includes(word));
  const deployed = (argv: readonly string[]): void => {
    const id = /runs\/([^/]+)\//.exec(argv.join(' '))?.[1] ?? '';
    setTimeout(() => {
      story({ id, cluster });
    }, 5);
  };
  const programs = [
    { argv: ['/usr/bin/skaffold', 'run'], does: deployed },
    { argv: ['/usr/bin/kubectl'], matches: has('--output=jsonpath={.data.SPARK_IMAGE}'), stdout: image },
    { argv: ['docker', 'image', 'inspect'], stdout: 'sha256:1' },
    { argv: ['/usr/bin/kubectl'], matches: has('create', '--output=name'), stdout: 'configmap/note' },
    kubectlLine('/usr/bin/kubectl delete'),
  ];
  const { host } = await createFakeMachine({ record }, { programs, kube: () => Promise.resolve(cluster.kube) });
  const { working } = host.directories;
  writeFileSync(join(working, 'pi.py'), '');
  const children = (): readonly string[] => host.runner.calls.map(({ argv }) => argv.join(' '));
  const input = { args: ['pi.py'], options: { target: 'cluster' }, passthrough: [], global, signal } as const;

  const run = await prepareRun(host, { command: 'spark-dev run', input });
  const prepared = children();
  const one = await run.launch(signal);
  const first = children().slice(prepared.length);
  // neither is read again: this one would be refused
  writeFileSync(join(working, 'spark-dev.yaml'), 'version: none');
  const other = await run.launch(signal);
  const second = children().slice(prepared.length + first.length);

  if (one === undefined || other === undefined) throw new Error('nothing was run');
  expect(one).toMatchObject({ pi: 3.1415 });
  expect(other).toMatchObject({ pi: 3.1415 });
  expect(other.runId).not.toBe(one.runId);
  expect(second.map((line) => line.replaceAll(other.runId, 'RUN'))).toEqual(
    first.map((line) => line.replaceAll(one.runId, 'RUN')),
  );
  // its note in the queue, the image's place, Skaffold, what it built, and what is removed
  expect(second).toHaveLength(7);
  expect(second.filter((line) => prepared.includes(line))).toEqual([]);
});
