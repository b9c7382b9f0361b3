import { createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type WantedPort, listenOnLoopback } from '../../src/kube/port-forward/local-port.js';
import type { Kube } from '../../src/ports/kube.js';
import { shapeJob } from '../../src/job/job-shape.js';
import { shellLauncher } from '../../src/run/launch/shell/launch.js';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { kubectlLine } from '../fakes/fake-runner.js';
import { cluster } from '../worlds/cluster-run-world.js';

interface ShellWorld {
  readonly host: FakeHost;
  readonly open: (uiPort?: WantedPort) => Promise<void>;
  /** Whether each program that holds the pod was told to end. */
  readonly lifelines: () => readonly (boolean | undefined)[];
}

interface ShellStory {
  readonly noted: string;
  readonly onApply?: () => Promise<unknown>;
  /** The watch of the shell's end, not that of its start. */
  readonly watchEnd?: Kube['watchPods'];
}

/** A shell in whose pod stands how it ended. */
function createShell({ noted, onApply, watchEnd }: ShellStory): ShellWorld {
  const fake = createFakeCluster();
  const watchPods: Kube['watchPods'] = (selection, listener, signal) =>
    watchEnd === undefined || selection.labels?.includes('role=') === true
      ? fake.kube.watchPods(selection, listener, signal)
      : watchEnd(selection, listener, signal);
  const has = (word: string) => (argv: readonly string[]) => argv.join(' ').includes(word);
  const host = createFakeHost({
    kube: () => Promise.resolve({ ...fake.kube, watchPods }),
    programs: [
      {
        argv: ['kubectl'],
        matches: has(' apply '),
        does: async (_argv, { input = '' }) => {
          await onApply?.();
          const { metadata } = JSON.parse(input) as { metadata: { name: string; labels: Record<string, string> } };
          const status = {
            name: 'shell',
            image: '',
            imageID: '',
            ready: true,
            restartCount: 0,
            state: { running: {} },
          };
          fake.putPod({
            metadata: { name: `${metadata.name}-x`, namespace: 'spark', labels: metadata.labels },
            status: { containerStatuses: [status] },
          });
        },
      },
      { argv: ['kubectl'], matches: has('while read'), hangs: true },
      { argv: ['kubectl'], matches: has('cat /tmp/exit-code'), stdout: noted },
      { argv: ['kubectl'], matches: has('# Runs a shell in a pod') },
      kubectlLine('kubectl delete job,pod,service,configmap'),
    ],
  });
  return {
    host,
    open: async (uiPort) => {
      const ask = { repl: 'spark', arguments: [], onTerminal: false } as const;
      const { signal } = new AbortController();
      await shellLauncher.launch({ host, ask, cluster, fit: { job: shapeJob('jvm') }, uiPort, canAsk: false, signal });
    },
    lifelines: () =>
      host.runner.calls.filter(({ argv }) => has('while read')(argv)).map(({ options }) => options.signal?.aborted),
  };
}

describe('a shell ends', () => {
  it('well', async () => {
    const { open, lifelines } = createShell({ noted: '0' });
    await open();
    expect(lifelines()).toEqual([true]);
  });

  it.each([
    ['by the second Ctrl-C, as it offers', '130', { code: 'INTERRUPTED', exitCode: 130 }],
    ['badly', '1', { code: 'JOB_FAILED', exitCode: 10 }],
  ])('%s', async (_title, noted, error) => {
    await expect(createShell({ noted }).open()).rejects.toMatchObject(error);
  });
});

it('where the UI cannot be forwarded, the pod is let go', async () => {
  const server = createServer();
  await listenOnLoopback(server, 0);
  const { port } = server.address() as AddressInfo;
  await promisify(server.close.bind(server))();
  // somebody takes the port while the pod starts
  const world = createShell({ noted: '0', onApply: () => listenOnLoopback(server, port) });
  await expect(world.open(port)).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  server.close();
  expect(world.lifelines()).toEqual([true]);
});

it('a watch that is refused does not end it', async () => {
  await createShell({ noted: '0', watchEnd: () => Promise.reject(new Error('forbidden')) }).open();
});
