import type { Clock } from '../../ports/clock.js';

export interface Phases {
  /** A phase lasts from the mark before to this one; it ends once. */
  end(name: string): void;
  /** Milliseconds by phase, what was before it began among them, and `total` from then on. */
  all(): Readonly<Record<string, number>>;
}

export function startPhases(clock: Clock, before: Readonly<Record<string, number>> = {}): Phases {
  const startedAt = clock.now();
  const durations = new Map<string, number>();
  let last = startedAt;
  return {
    end(name) {
      if (durations.has(name)) return;
      durations.set(name, clock.now() - last);
      last = clock.now();
    },
    all: () => ({ ...before, ...Object.fromEntries(durations), total: clock.now() - startedAt }),
  };
}
