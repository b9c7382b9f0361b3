import { connect, createServer } from 'node:net';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { listenOnLoopback } from './listen.js';
import { findPortHolder } from './port-holder.js';

export interface LocalPort {
  readonly port: number;
  /** Why it is not the usual one. */
  readonly note: string | undefined;
}

/** A bare number was set by flag: that port or none. A preferred port is only a suggestion. */
export type WantedPort = number | { readonly preferred: number };

const tries = 50;

/** The usual port, or the next free one with a note about who holds the usual one. A port set by flag is that one or PORT_TAKEN. */
export async function chooseLocalPort(usual: number, wanted: WantedPort | undefined): Promise<LocalPort> {
  const first = typeof wanted === 'object' ? wanted.preferred : (wanted ?? usual);
  if (await isFree(first)) return { port: first, note: undefined };
  const holder = (await findPortHolder(first)) ?? 'another program';
  if (typeof wanted === 'number') {
    throw new SparkDevError('PORT_TAKEN', `Port ${String(wanted)} is taken`, {
      why: `${holder} is listening on it.`,
      fix: ['Leave out --ui-port: spark-dev then uses the next free port', `Stop ${holder}`],
      facts: { port: wanted, holder },
    });
  }
  for (let port = first + 1; port <= first + tries; port++) {
    if (await isFree(port)) return { port, note: `Port ${String(first)} is taken by ${holder}; using ${String(port)}` };
  }
  throw new SparkDevError('PORT_TAKEN', `No port from ${String(first)} to ${String(first + tries)} is free`, {
    why: `${holder} is listening on ${String(first)}.`,
    fix: ['Name a free port: --ui-port'],
  });
}

/** Checked both ways: on macOS a program may listen on 127.0.0.1 even if another listens on all addresses. */
async function isFree(port: number): Promise<boolean> {
  return !(await answers(port)) && (await canListen(port));
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 500 });
    for (const event of ['connect', 'timeout', 'error']) {
      socket.once(event, () => {
        socket.destroy();
        resolve(event !== 'error');
      });
    }
  });
}

async function canListen(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listenOnLoopback(server, port);
    return true;
  } catch {
    return false;
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
