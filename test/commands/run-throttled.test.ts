import type { V1ContainerState } from '@kubernetes/client-node';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { connectKube } from '../../src/adapters/kube-connection.js';
import type { Host } from '../../src/ports/host.js';
import { refuseAsBusy, showPods, showStatus, startApiServer, type ApiServer, type Asked } from '../fakes/api-server.js';
import { createWorld, deletions, driverPod, type World } from '../worlds/cluster-run-world.js';
import { systemClock } from '../../src/adapters/system-platform.js';

let server: ApiServer | undefined;
afterEach(() => {
  server?.stop();
  server = undefined;
});

type Answer = (answer: ServerResponse) => void;

const busy: Answer = (answer) => {
  refuseAsBusy(answer);
};
/** For longer than a question may take. */
const busyForLong: Answer = (answer) => {
  refuseAsBusy(answer, '20');
};
const gone = showStatus(410, 'Expired', 'too old resource version: 100 (900)');

interface Script {
  readonly lists: readonly Answer[];
  readonly watches: readonly Answer[];
  readonly logs: readonly Answer[];
}

/** The client's own waits take their time. */
const realTime = { clock: systemClock };

/** A run over the real client, against a server that answers each kind of question in this order; the last answers stay. */
async function play(script: (id: string) => Script, clock: Partial<Pick<Host, 'clock'>> = {}): Promise<World> {
  let id = '';
  const counts = { lists: 0, watches: 0, logs: 0 };
  const answer = ({ path, watch }: Asked, response: ServerResponse): void => {
    const kind = path.endsWith('/log') ? 'logs' : watch ? 'watches' : 'lists';
    const answers = script(id)[kind];
    answers[Math.min(counts[kind]++, answers.length - 1)]?.(response);
  };
  const { target } = (server = await startApiServer(answer));
  return createWorld(
    (run) => {
      id = run.id;
    },
    [],
    { ...clock, kube: () => connectKube(target) },
  );
}

const pods =
  (id: string, state: V1ContainerState): Answer =>
  (answer) =>
    void answer.end(showPods([driverPod(id, state)]));
const ended = { terminated: { exitCode: 0, reason: 'Completed' } };
const told = (id: string, type: string, state: V1ContainerState): string =>
  `${JSON.stringify({ type, object: driverPod(id, state) })}\n`;
const never: Answer = (answer) => void answer.write('');

describe('a run whose API server', () => {
  it('refuses as busy, expires the watch in each of its ways and cuts it, ends well all the same', async () => {
    const world = await play(
      (id) => ({
        lists: [
          busy,
          busy,
          ...Array.from({ length: 3 }, () => pods(id, { waiting: { reason: 'Pending' } })),
          pods(id, ended),
        ],
        watches: [
          busy,
          (answer) => void answer.end(`${JSON.stringify({ type: 'ERROR', object: JSON.parse(gone) as unknown })}\n`),
          (answer) => {
            answer.write(told(id, 'MODIFIED', { waiting: { reason: 'ContainerCreating' } }));
            answer.write(told(id, 'MODIFIED', ended).slice(0, 50), () => answer.socket?.resetAndDestroy());
          },
          never,
        ],
        logs: [busy, (answer) => void answer.end('Pi is roughly 3.14159\n')],
      }),
      realTime,
    );
    expect(await world.run()).toMatchObject({ pi: 3.14159, driver: expect.stringMatching(/-driver$/) as string });
    expect(deletions(world.host)).toHaveLength(1);
  });

  it('answers the watch with 410 and cuts the log, ends well all the same', async () => {
    const world = await play(
      (id) => ({
        lists: [pods(id, { waiting: { reason: 'Pending' } }), pods(id, ended)],
        watches: [(answer) => void answer.writeHead(410).end(gone), never],
        logs: [
          (answer) => {
            answer.write('first\nPi is ro', () => answer.socket?.resetAndDestroy());
          },
          (answer) => void answer.end('Pi is roughly 3.14159\n'),
        ],
      }),
      realTime,
    );
    const { pi, folder } = await world.run();
    expect(pi).toBe(3.14159);
    expect(readFileSync(join(folder, 'driver.log'), 'utf8')).toBe('Pi is roughly 3.14159\n');
  });

  it('refuses as busy for ever is given up in bounded time, with what it said, and the run is removed', async () => {
    const world = await play(() => ({ lists: [busyForLong], watches: [busyForLong], logs: [busyForLong] }));
    await expect(world.run()).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      exitCode: 5,
      what: 'The cluster has not answered for 60 s',
      why: expect.stringMatching(
        /^the API server answered 429 \(too many requests\): the server has received/,
      ) as string,
    });
    expect(deletions(world.host)).toHaveLength(3);
  });
});
