import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { createFakeCluster } from '../../test/fakes/fake-kube.js';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import type { Kube } from '../ports/kube.js';
import { openPods, withPods, type PodQuestion } from './pods.js';

const selection = { namespace: 'spark' };

function podIn(phase: string): V1Pod {
  return { metadata: { name: 'one', namespace: 'spark', uid: '1' }, status: { phase } };
}

const phaseOf: PodQuestion<string> = ([pod]) =>
  pod?.status?.phase === 'Pending' || pod === undefined ? undefined : pod.status?.phase;

function opened(kube?: Kube) {
  const cluster = createFakeCluster();
  const end = new AbortController();
  return { cluster, end, pods: openPods(createFakeHost(), kube ?? cluster.kube, selection, { signal: end.signal }) };
}

describe('until', () => {
  it('asks with each change until there is an answer', async () => {
    const { cluster, end, pods } = opened();
    const phase = pods.until(phaseOf);
    cluster.putPod(podIn('Pending'));
    cluster.putPod(podIn('Running'));
    expect(await phase).toBe('Running');
    expect(pods.now).toHaveLength(1);
    end.abort();
  });

  it('asks nothing before the first list: no pods yet is not the same as none', async () => {
    const { end, pods } = opened();
    const first = pods.until((now) => now.length);
    expect(pods.now).toEqual([]);
    expect(await first).toBe(0);
    end.abort();
  });

  it('asks again when it is stirred', async () => {
    const { end, pods } = opened();
    let isReleased = false;
    const released = pods.until(() => (isReleased ? true : undefined));
    isReleased = true;
    pods.stir();
    expect(await released).toBe(true);
    end.abort();
  });

  it('ends with undefined when the time is over', async () => {
    const { end, pods } = opened();
    expect(await pods.until(phaseOf, { timeoutMs: 5 })).toBeUndefined();
    end.abort();
  });

  it('ends with what the question throws', async () => {
    const { end, pods } = opened();
    const refuse: PodQuestion<string> = () => {
      throw new Error('hopeless');
    };
    await expect(pods.until(refuse)).rejects.toThrow('hopeless');
    end.abort();
  });

  it("ends with its own signal's reason and with that of the watch", async () => {
    const { end, pods } = opened();
    const signal = AbortSignal.abort(new Error('the case is over'));
    await expect(pods.until(phaseOf, { signal })).rejects.toThrow('the case is over');
    const waits = pods.until(phaseOf);
    end.abort(new Error('Ctrl-C'));
    await expect(waits).rejects.toThrow('Ctrl-C');
    await expect(pods.until(phaseOf)).rejects.toThrow('Ctrl-C');
  });

  it('ends with what broke the watch for good', async () => {
    const { kube } = createFakeCluster();
    const { pods } = opened({ ...kube, watchPods: () => Promise.reject(new Error('no such cluster')) });
    await expect(pods.until(phaseOf)).rejects.toThrow('no such cluster');
  });
});

it('ends the watch with what uses it', async () => {
  const { kube } = createFakeCluster();
  let watching: AbortSignal | undefined;
  const watchPods: Kube['watchPods'] = (chosen, listener, signal) => {
    watching = signal;
    return kube.watchPods(chosen, listener, signal);
  };
  const watch = { signal: new AbortController().signal };
  const answer = await withPods(createFakeHost(), { ...kube, watchPods }, selection, watch, (pods) =>
    pods.until((now) => `${String(now.length)} pods`),
  );
  expect(answer).toBe('0 pods');
  expect(watching?.aborted).toBe(true);
});
