import type { Clock } from '../../ports/clock.js';

export interface Phases {
  /** A phase lasts from the previous mark to this one; later marks of it are ignored. */
  end(name: string): void;
  /** Milliseconds by phase, with the earlier ones that the caller passed, and `total`. */
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
