import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from '../errors/spark-dev-error.js';

const patienceMs = 10_000;
const afterKillMs = 2000;
const pollMs = 50;

export async function endForeignProcess(pid: number): Promise<boolean> {
  return (await signalAndWait(pid, 'SIGTERM', patienceMs)) || (await signalAndWait(pid, 'SIGKILL', afterKillMs));
}

export function isAlive(pid: number): boolean {
  return send(pid, 0) && !isZombie(pid);
}

async function signalAndWait(pid: number, signal: NodeJS.Signals, timeoutMs: number): Promise<boolean> {
  if (!send(pid, signal)) return true;
  const deadline = performance.now() + timeoutMs;
  while (performance.now() < deadline) {
    if (!isAlive(pid)) return true;
    await sleep(pollMs);
  }
  return false;
}

/** False if there is no such process. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    throw error;
  }
}

/** It has ended, but its parent never reaped it; the first process of a container often does not. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
