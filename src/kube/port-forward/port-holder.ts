import { readFile, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

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
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(join(proc, 'net', name), 'utf8').catch(() => '')),
  );
  const sockets = new Set(tables.flatMap((table) => parseListeners(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) return undefined;
  for (const pid of await readdir(proc)) {
    if (!/^\d+$/.test(pid)) continue;
    const files = await readdir(join(proc, pid, 'fd')).catch(() => []);
    const links = await Promise.all(files.map((file) => readlink(join(proc, pid, 'fd', file)).catch(() => '')));
    if (links.some((link) => sockets.has(link))) return `${await readName(proc, pid)} (pid ${pid})`;
  }
  return undefined;
}

async function readName(proc: string, pid: string): Promise<string> {
  return readFile(join(proc, pid, 'comm'), 'utf8').then(
    (name) => name.trim(),
    () => 'a program',
  );
}
