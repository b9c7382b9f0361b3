import type { SparkDevError } from '../errors/spark-dev-error.js';
import type { RunOutcome } from '../runs/record.js';
import { showSeconds } from '../text/sizes.js';

/** A run that succeeded, as `dev` compares it. */
export interface GoodRun {
  readonly number: number;
  readonly outcome: RunOutcome;
  /** From the save to the result. */
  readonly tookMs: number;
}

/** What the run gave and how long its phases took, beside the last good one. */
export function summarize({ outcome, tookMs }: GoodRun, before: GoodRun | undefined): string {
  const { pi, durationsMs } = outcome;
  const phases = Object.entries(durationsMs)
    .filter(([name, ms]) => name !== 'total' && ms >= 50)
    .map(([name, ms]) => `${name} ${showSeconds(ms)}`);
  const answer = pi === undefined ? 'succeeded' : `Pi is roughly ${String(pi)}`;
  return `${[answer, ...compareTimes(tookMs, before)].join(', ')} · ${phases.join(', ')}`;
}

function compareTimes(tookMs: number, before: GoodRun | undefined): readonly string[] {
  if (before === undefined) return [];
  const more = tookMs - before.tookMs;
  return [`${showSeconds(Math.abs(more))} ${more > 0 ? 'slower' : 'faster'} than run ${String(before.number)}`];
}

const linesShown = 8;

/** The lines of the output that are not those of the last good run, as diff shows them. */
export function compareOutputs(outcome: RunOutcome, before: GoodRun | undefined): readonly string[] {
  if (before?.outcome.output === undefined || outcome.output === undefined) return [];
  const [old, now] = [before.outcome.output, outcome.output].map((text) => text.trimEnd().split('\n')) as [
    string[],
    string[],
  ];
  const from = `run ${String(before.number)}`;
  let first = 0;
  while (first < Math.min(old.length, now.length) && old[first] === now[first]) first += 1;
  if (first === old.length && first === now.length) return [`  same output as ${from}`];
  let last = 0;
  while (last < Math.min(old.length, now.length) - first && old.at(-1 - last) === now.at(-1 - last)) last += 1;
  const part = (mark: string, lines: readonly string[]): readonly string[] => {
    const changed = lines.slice(first, lines.length - last);
    const more = changed.length - linesShown;
    return [
      ...changed.slice(0, linesShown).map((line) => `  ${mark} ${line}`),
      ...(more > 0 ? [`  ${mark} … ${String(more)} more`] : []),
    ];
  };
  return [`  changed since ${from}:`, ...part('-', old), ...part('+', now)];
}

/** Why and fix, without what the heading says. */
export function explainShortly({ why, fix, log }: SparkDevError): readonly string[] {
  return [
    ...(why?.split('\n') ?? []),
    ...fix.map((one, index) => `${index === 0 ? 'fix:' : ' or'} ${one}`),
    ...(log === undefined ? [] : [`log: ${log}`]),
  ].map((line) => `  ${line}`);
}
