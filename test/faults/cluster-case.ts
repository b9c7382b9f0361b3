import { afterAll, beforeAll, expect } from 'vitest';
import type { ProgramEnd } from '../program/program.js';
import { openNamespace, type Cluster } from './cluster.js';

/** On two busy cores a run of 20 s may take minutes. */
export const patient = { withinMs: 300_000 } as const;

/** One namespace for the cases of a file. */
export function shareNamespace(): () => string {
  let namespace: Awaited<ReturnType<typeof openNamespace>> | undefined;
  beforeAll(async () => {
    namespace = await openNamespace();
  }, 180_000);
  afterAll(() => namespace?.close());
  return () => namespace?.name ?? '';
}

/** With all that was said, where it is another. */
export function expectExit({ exitCode, stdout, stderr }: ProgramEnd, wanted: number): void {
  expect(exitCode, `exit ${String(exitCode)}: ${stderr.trim().split('\n').slice(-8).join(' / ')}\n${stdout}`).toBe(
    wanted,
  );
}

export function expectPi(end: ProgramEnd): void {
  expectExit(end, 0);
  expect(end.stdout).toMatch(/^Pi is roughly 3\.1/m);
}

/** The usual run without the fault. */
export async function runAgain(world: Cluster): Promise<number | null> {
  return (await world.run(world.words(), patient)).exitCode;
}

/** Waits until the question is answered with yes. */
export async function until(what: string, ask: () => boolean, timeoutMs = 120_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!ask()) {
    if (Date.now() > deadline) throw new Error(`never true: ${what}`);
    await sleep(500);
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The phase of the driver's pod, empty while there is none. */
export function driverPhase(world: Cluster): string {
  return world.kubectl(['get', 'pods', '-l', 'spark-role=driver', '-o', 'jsonpath={.items[*].status.phase}']);
}
