import { connect, createServer, type Server } from 'node:net';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { once } from 'node:events';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

interface LocalPort {
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
  return !(await isListening(port)) && (await canListen(port));
}

/** On loopback. */
export function isListening(port: number): Promise<boolean> {
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

/** 127.0.0.1 by number: since Node 17 `localhost` may mean ::1 (https://github.com/nodejs/node/issues/40702). */
export async function listenOnLoopback(server: Server, port: number): Promise<void> {
  server.listen({ host: '127.0.0.1', port, exclusive: true });
  await once(server, 'listening');
}

const listening = '0A';

/** The inodes of sockets that listen on a port, from /proc/net/tcp or tcp6. https://docs.kernel.org/networking/proc_net_tcp.html */
export function parseListeners(table: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) === true && fields[3] === listening)
    .flatMap((fields) => fields[9] ?? []);
}

/** `java (pid 4711)`, if the kernel tells (Linux, own processes). */
export async function findPortHolder(port: number, proc = '/proc'): Promise<string | undefined> {
  const pid = await findListenerPid(port, proc);
  return pid === undefined ? undefined : `${await readName(proc, pid)} (pid ${pid})`;
}

export async function findListenerPid(port: number, proc = '/proc'): Promise<string | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(join(proc, 'net', name), 'utf8').catch(() => '')),
  );
  const sockets = new Set(tables.flatMap((table) => parseListeners(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  for (const pid of await readdir(proc)) {
    if (!/^\d+$/.test(pid)) continue;
    const files = await readdir(join(proc, pid, 'fd')).catch(() => []);
    const links = await Promise.all(files.map((file) => readlink(join(proc, pid, 'fd', file)).catch(() => '')));
    if (links.some((link) => sockets.has(link))) return pid;
  }
  return undefined;
}

async function readName(proc: string, pid: string): Promise<string> {
  return readFile(join(proc, pid, 'comm'), 'utf8').then(
    (name) => name.trim(),
    () => 'a program',
  );
}
