import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { refuseAsBusy, showPods, showStatus, startApiServer, type ApiServer } from '../../test/fakes/api-server.js';
import type { Kube } from '../ports/kube.js';
import { connectKube } from './kube-connection.js';

let server: ApiServer | undefined;
afterEach(() => {
  server?.stop();
  server = undefined;
});

/** The last answer stays. */
async function connect(...answers: readonly ((answer: ServerResponse) => void)[]): Promise<Kube> {
  let count = 0;
  server = await startApiServer((_asked, answer) => answers[Math.min(count++, answers.length - 1)]?.(answer));
  return connectKube(server.target);
}

const busy = (answer: ServerResponse): void => {
  refuseAsBusy(answer);
};
const busyForLong = (answer: ServerResponse): void => {
  refuseAsBusy(answer, '20');
};
const pods = (answer: ServerResponse): void => void answer.end(showPods([{ metadata: { name: 'a' } }]));
const log = (answer: ServerResponse): void => void answer.end('first\nlast\n');

describe('a list', () => {
  it('is asked for again while the server is busy', async () => {
    const kube = await connect(busy, busy, pods);
    expect((await kube.listPods({ namespace: 'spark' })).map(({ metadata }) => metadata?.name)).toEqual(['a']);
    expect(server?.asked).toHaveLength(3);
  });

  it('of a server that stays busy ends with what it says, without its headers', async () => {
    const kube = await connect(busyForLong);
    await expect(kube.listNodes()).rejects.toMatchObject({
      code: 'CLUSTER_UNREACHABLE',
      what: 'The cluster of context spark-dev is too busy to answer',
      why: 'the API server answered 429 (too many requests): the server has received too many requests and has asked us to try again later',
      fix: ['Run it again in a minute', 'spark-dev status'],
    });
    expect(server?.asked).toHaveLength(1);
  });

  it('that is forbidden is no silence', async () => {
    const message = 'pods is forbidden: User "reader" cannot list resource "pods"';
    const kube = await connect((answer) => void answer.writeHead(403).end(showStatus(403, 'Forbidden', message)));
    await expect(kube.listPods({})).rejects.toMatchObject({
      what: 'The cluster of context spark-dev refuses to answer',
      why: `the API server answered 403: ${message}`,
    });
  });

  it('of a server that has gone is a silence', async () => {
    const kube = await connect((answer) => void answer.socket?.destroy());
    await expect(kube.listPods({})).rejects.toMatchObject({
      what: 'The cluster of context spark-dev does not answer',
      why: expect.stringContaining('socket hang up') as string,
    });
  });
});

describe('a log', () => {
  const read = async (kube: Kube, follow: boolean): Promise<readonly string[]> => {
    const lines: string[] = [];
    const container = { namespace: 'spark', pod: 'orders-driver', container: 'c' };
    await kube.streamLog(container, { follow, onLine: (line) => lines.push(line) });
    return lines;
  };

  it.each([true, false])('is asked for again while the server is busy (follow: %s)', async (follow) => {
    expect(await read(await connect(busy, busy, log), follow)).toEqual(['first', 'last']);
    expect(server?.asked).toHaveLength(3);
  });

  const at = (nanos: number): string => `2026-11-30T02:40:00.${String(nanos).padStart(9, '0')}Z`;
  const resets = (answer: ServerResponse): void => {
    answer.write(`${at(1)} a\n${at(2)} b\n${at(2)} c\n${at(3)} half of`);
    setTimeout(() => answer.socket?.resetAndDestroy(), 50);
  };
  const rest = `${at(2)} b\n${at(2)} c\n${at(2)} d\n${at(3)} half of it\n${at(4)}\n`;

  it('that is followed begins again at its last line where the stream is reset or ends, and tells each line once', async () => {
    const resetsAtOnce = (answer: ServerResponse): void => void answer.socket?.resetAndDestroy();
    const answers = [resetsAtOnce, resets, (answer: ServerResponse) => void answer.end(rest)];
    expect(await read(await connect(...answers), true)).toEqual(['a', 'b', 'c', 'd', 'half of it', '']);
    expect(server?.asked.map(({ since }) => since)).toEqual([null, null, at(2), at(4)]);
  });

  it('that is followed ends with the words of a server that has it no more', async () => {
    const gone = (answer: ServerResponse): void => void answer.writeHead(404).end(showStatus(404, 'NotFound', 'gone'));
    await expect(read(await connect(resets, gone), true)).rejects.toThrow('refused (404): gone');
  });

  it.each([
    [
      'stays busy',
      (answer: ServerResponse): void => {
        refuseAsBusy(answer, '30');
      },
      'the log of orders-driver was refused (429): the server has received too many requests',
    ],
    [
      'does not have it',
      (answer: ServerResponse): void =>
        void answer.writeHead(404).end(showStatus(404, 'NotFound', 'pods "orders-driver" not found')),
      'the log of orders-driver was refused (404): pods "orders-driver" not found',
    ],
  ])('of a server that %s is told in its words', async (_how, answer, words) => {
    await expect(read(await connect(answer), false)).rejects.toThrow(words);
    expect(server?.asked).toHaveLength(1);
  });
});
