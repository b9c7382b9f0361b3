import { join } from 'node:path';
import { expect, it } from 'vitest';
import { submitFromPod } from '../../src/run/launch/submit-pod/launch.js';
import { createFakeHost } from '../fakes/fake-host.js';
import { cluster } from './cluster-run-world.js';

it('does not wait for ever for a spark-submit that hangs, and ends it in the pod', async () => {
  const host = createFakeHost({
    programs: [
      { argv: ['kubectl'], matches: (argv) => argv.includes('submit'), hangs: true },
      { argv: ['kubectl'], stdout: '' },
    ],
  });
  const { signal } = new AbortController();
  const folder = join(host.directories.state, 'runs', 'line-1');
  const submission = {
    runId: 'line-1',
    folder,
    image: 'spark:1',
    job: { words: ['a.jar'], templates: { 'driver-template.yaml': '' } },
  };
  await expect(submitFromPod({ host, cluster, signal }, 'pod-1', submission)).rejects.toMatchObject({
    code: 'TIMED_OUT',
  });
  expect(host.runner.calls.at(-1)?.argv.join(' ')).toContain('kill -s TERM');
});
