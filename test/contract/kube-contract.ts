import { randomBytes } from 'node:crypto';
import { createServer, connect, type AddressInfo } from 'node:net';
import type { V1Pod } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Kube } from '../../src/ports/kube.js';
import { listenOnLoopback } from '../../src/kube/port-forward/local-port.js';

/** A cluster on which the cases may make pods. */
export interface KubeGround {
  readonly kube: Kube;
  readonly namespace: string;
  /** Prints the lines, then answers HTTP on port 8080 until it is deleted, or ends when told to. */
  startPod(pod: {
    readonly name: string;
    readonly label: string;
    readonly lines: readonly string[];
    readonly ends: boolean;
  }): Promise<void>;
  /** A pod, or a ConfigMap. */
  deleteObject(name: string): Promise<void>;
  putConfigMap(name: string, label: string, data: Readonly<Record<string, string>>): Promise<void>;
}

export const contractContainer = 'main';

/** What every Kube must do; the fake passes the same cases as a real cluster. */
export function describeKube(title: string, open: () => Promise<KubeGround>): void {
  describe(title, () => {
    const label = `c${randomBytes(4).toString('hex')}`;
    const labels = `spark-dev/run=${label}`;
    const names = { serving: `${label}-serving`, ended: `${label}-ended` };
    const notes = [`${label}-b`, `${label}-a`];
    let ground: KubeGround;

    beforeAll(async () => {
      ground = await open();
      await ground.startPod({ name: names.serving, label, lines: ['serving'], ends: false });
      await ground.startPod({ name: names.ended, label, lines: ['one', 'zwei ü', 'three'], ends: true });
      await until(ground, labels, (pods) => isRunning(pods, names.serving) && hasEnded(pods, names.ended));
    }, 120_000);

    afterAll(async () => {
      const made = [...Object.values(names), ...notes];
      await Promise.all(made.map((name) => ground.deleteObject(name)));
    }, 120_000);

    it('knows its node', async () => {
      const [node] = await ground.kube.listNodes();
      expect(node?.status?.allocatable?.['cpu']).toBeDefined();
    });

    it('lists by label and namespace', async () => {
      const pods = await ground.kube.listPods({ namespace: ground.namespace, labels });
      expect(pods.map((pod) => pod.metadata?.name).sort()).toEqual([names.ended, names.serving].sort());
      expect(await ground.kube.listPods({ namespace: ground.namespace, labels: `${labels}-other` })).toEqual([]);
    });

    it('lists config maps by label, in the order in which they were made', async () => {
      for (const name of notes) await ground.putConfigMap(name, label, { name });
      const found = await ground.kube.listConfigMaps(labels);
      const versions = new Map(
        found.map(({ data, metadata }) => [data?.['name'], BigInt(metadata?.resourceVersion ?? '')]),
      );
      expect([...versions.keys()].sort()).toEqual([`${label}-a`, `${label}-b`]);
      expect(versions.get(`${label}-b`)).toBeLessThan(versions.get(`${label}-a`) ?? 0n);
      expect(await ground.kube.listConfigMaps(`${labels}-other`)).toEqual([]);
    });

    it('lists the objects of several resources', async () => {
      const [pods = [], none] = await ground.kube.listObjects(['api/v1/pods', 'apis/apps/v1/controllerrevisions']);
      const found = pods.find(({ metadata }) => metadata?.name === names.serving);
      expect(found).toMatchObject({ metadata: { namespace: ground.namespace, labels: { 'spark-dev/run': label } } });
      expect(Array.isArray(none)).toBe(true);
    });

    it('reads the whole log of an ended container', async () => {
      const lines: string[] = [];
      const chunks: Uint8Array[] = [];
      await ground.kube.streamLog(container(ground, names.ended), {
        follow: false,
        onLine: (line) => lines.push(line),
        onOutput: (chunk) => chunks.push(chunk),
      });
      expect(lines).toEqual(['one', 'zwei ü', 'three']);
      expect(Buffer.concat(chunks).toString()).toBe('one\nzwei ü\nthree\n');
    });

    it('following ends with the container', async () => {
      const lines: string[] = [];
      await ground.kube.streamLog(container(ground, names.ended), { follow: true, onLine: (line) => lines.push(line) });
      expect(lines).toHaveLength(3);
    });

    it('following a running container ends with the signal', async () => {
      const stop = new AbortController();
      const followed = ground.kube.streamLog(container(ground, names.serving), {
        follow: true,
        signal: stop.signal,
        onLine: (line) => {
          if (line === 'serving') stop.abort();
        },
      });
      await expect(followed).resolves.toBeUndefined();
    });

    it('a log of no pod is an error', async () => {
      const read = ground.kube.streamLog(container(ground, 'nobody'), { follow: false, onLine: () => undefined });
      await expect(read).rejects.toThrow();
    });

    it('joins a local connection with a port of the pod', async () => {
      const server = createServer((socket) => {
        void ground.kube.connect({ namespace: ground.namespace, pod: names.serving, port: 8080 }, socket);
      });
      await listenOnLoopback(server, 0);
      const answer = await ask((server.address() as AddressInfo).port);
      server.close();
      expect(answer).toMatch(/^HTTP\/1\.[01] 200/);
    });

    it('watches from the present set to the last deletion', async () => {
      const stop = new AbortController();
      const seen: number[] = [];
      const gone = ground.kube.watchPods(
        { namespace: ground.namespace, labels },
        {
          onChange: (pods) => {
            seen.push(pods.length);
            if (pods.length === 1) stop.abort();
          },
          onBroken: () => undefined,
        },
        stop.signal,
      );
      await ground.deleteObject(names.ended);
      await gone;
      expect(seen[0]).toBe(2);
      expect(seen.at(-1)).toBe(1);
    }, 60_000);
  });
}

function container(ground: KubeGround, pod: string) {
  return { namespace: ground.namespace, pod, container: contractContainer };
}

function stateOf(pods: readonly V1Pod[], name: string) {
  return pods.find((pod) => pod.metadata?.name === name)?.status?.containerStatuses?.[0]?.state;
}

function isRunning(pods: readonly V1Pod[], name: string): boolean {
  return stateOf(pods, name)?.running !== undefined;
}

function hasEnded(pods: readonly V1Pod[], name: string): boolean {
  return stateOf(pods, name)?.terminated !== undefined;
}

async function until(ground: KubeGround, labels: string, holds: (pods: readonly V1Pod[]) => boolean): Promise<void> {
  const stop = AbortSignal.timeout(100_000);
  const done = new AbortController();
  await ground.kube.watchPods(
    { namespace: ground.namespace, labels },
    {
      onChange: (pods) => {
        if (holds(pods)) done.abort();
      },
      onBroken: () => undefined,
    },
    AbortSignal.any([stop, done.signal]),
  );
  if (!done.signal.aborted) throw new Error('the pods of the contract did not come up within 100 s');
}

/** Asks until the server in the pod listens. */
async function ask(port: number): Promise<string> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const answer = await askOnce(port);
    if (answer !== '') return answer;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return '';
}

function askOnce(port: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => {
      resolve(answer);
    });
    socket.on('close', () => {
      resolve(answer);
    });
  });
}
