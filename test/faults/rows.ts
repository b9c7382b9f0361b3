import { describe, expect, it } from 'vitest';
import { judgeInvariants } from './invariants.js';
import { noteOutcome, type Outcome } from './table.js';
import { createWorld, type World } from './world.js';

/** A row of the list of faults that is injected. */
export interface FaultRow<CaseCapacity extends World = World> {
  readonly row: number;
  readonly fault: string;
  /** How it is injected, for the table. */
  readonly how: string;
  readonly kind: 'real' | 'shim' | 'proxy';
  /** Injects, calls the program, judges what it said; answers what happened in one clause. */
  readonly inject: (world: CaseCapacity) => Promise<string>;
  /** The same command without the fault, which must then succeed; undefined where there is nothing to repeat. */
  readonly again?: readonly string[] | ((world: CaseCapacity) => Promise<number | null>);
  /** Invariants that cannot hold here, with the reason. */
  readonly exempt?: Readonly<Partial<Record<number, string>>>;
}

/** A row that is not injected here. */
export interface ListedRow {
  readonly row: number;
  readonly fault: string;
  readonly kind: 'deferred' | 'excepted' | 'elsewhere';
  readonly why: string;
}

/** One test for each row: the fault, the same command without it, and the ten invariants. */
export function injectRows(section: string, rows: readonly FaultRow[]): void {
  injectRowsOn(section, createWorld, rows);
}

export function injectRowsOn<CaseCapacity extends World>(
  section: string,
  prepare: () => Promise<CaseCapacity>,
  rows: readonly FaultRow<CaseCapacity>[],
): void {
  describe(section, () => {
    it.each(rows)('row $row: $fault', async (row) => {
      const world = await prepare();
      try {
        await playRow(world, row);
      } finally {
        world.dispose();
      }
    });
  });
}

async function playRow<CaseCapacity extends World>(world: CaseCapacity, row: FaultRow<CaseCapacity>): Promise<void> {
  const outcome: Omit<Outcome, 'happened' | 'verdicts' | 'passed'> = row;
  const { row: number, fault, how, kind } = outcome;
  let happened: string;
  let failure: unknown;
  try {
    happened = await row.inject(world);
  } catch (error) {
    failure = error;
    happened = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
  world.shims.heal();
  const again = failure === undefined ? await repeat(world, row) : undefined;
  const verdicts = await judgeInvariants(world.gather({ again, exempt: row.exempt ?? {} }));
  const broken = verdicts.filter(({ state }) => state === 'broken');
  const passed = failure === undefined && broken.length === 0;
  noteOutcome({ row: number, fault, how, kind, happened, verdicts, passed });
  if (failure !== undefined) {
    for (const { words, exitCode, stderr } of world.endings.slice(-3))
      console.log(`$ spark-dev ${words.join(' ')}\n${stderr.slice(-2000)}exit ${String(exitCode)}`);
    throw failure as Error;
  }
  expect(broken).toEqual([]);
}

async function repeat<CaseCapacity extends World>(
  world: CaseCapacity,
  { again }: FaultRow<CaseCapacity>,
): Promise<number | null | undefined> {
  if (again === undefined) return undefined;
  return typeof again === 'function' ? again(world) : (await world.run(again)).exitCode;
}

export function listRows(rows: readonly ListedRow[]): void {
  it.each(rows)('row $row is listed as $kind: $fault', ({ row, fault, kind, why }) => {
    noteOutcome({ row, fault, kind, how: 'not injected', happened: why, verdicts: [], passed: true });
    expect(why).not.toBe('');
  });
}
