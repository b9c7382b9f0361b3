import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly command: string;
}

/** Every process of this machine, from /proc. */
export function listProcesses(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        // pid (name) state ppid pgrp …, and the name may hold anything
        const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        return [{ pid: Number(pid), parent: Number(fields[1]), group: Number(fields[2]), command }];
      } catch {
        return [];
      }
    });
}

/** Until it is stopped: the command lines of other programs that hold the text. */
export function watchArguments(text: string): () => readonly string[] {
  const seen = new Set<string>();
  const look = (): void => {
    for (const { pid, command } of listProcesses())
      if (pid !== process.pid && command.includes(text)) seen.add(command);
  };
  const timer = setInterval(look, 25);
  return () => {
    clearInterval(timer);
    return [...seen];
  };
}

/** The processes whose command line names the text, and all others of their groups. */
export function findProcessGroup(text: string): readonly Process[] {
  const all = listProcesses();
  const groups = new Set(all.filter((one) => one.command.includes(text)).map((one) => one.group));
  return all.filter((one) => groups.has(one.group));
}

/** Local addresses, as /proc/net/tcp writes them, on which these processes listen. */
export function listListeningAddresses(processes: readonly Process[]): readonly string[] {
  const sockets = new Set(processes.flatMap(({ pid }) => listSockets(pid)));
  const lines = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').split('\n').slice(1));
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A' && sockets.has(`socket:[${fields[9] ?? ''}]`))
    .map((fields) => fields[1] ?? '');
}

/** 127.0.0.1, plain or mapped into IPv6; the kernel writes each 32-bit word in host order. */
export function isLoopback(address: string): boolean {
  return /^(0000000000000000FFFF0000)?0100007F:/.test(address);
}

function listSockets(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${String(pid)}/fd`).map((file) => readlinkSync(`/proc/${String(pid)}/fd/${file}`));
  } catch {
    return [];
  }
}
