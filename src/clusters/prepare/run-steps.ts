import type { Step } from './plan.js';

/** Each step begins when those that it needs are done; the first failure stops the others and is what is thrown. */
export async function runSteps(
  steps: readonly Step[],
  perform: (step: Step, signal: AbortSignal) => Promise<void>,
  outer?: AbortSignal,
): Promise<void> {
  const failure = new AbortController();
  const signal = outer === undefined ? failure.signal : AbortSignal.any([outer, failure.signal]);
  const ends = new Map<string, Promise<void>>();
  let first: unknown;
  for (const step of steps) {
    const before = step.needs.map(
      (id) => ends.get(id) ?? Promise.reject(new Error(`${step.id} stands before ${id}, which it needs`)),
    );
    const end = Promise.all(before).then(async () => {
      signal.throwIfAborted();
      await perform(step, signal);
    });
    end.catch((error: unknown) => {
      first ??= error;
      failure.abort(error);
    });
    ends.set(step.id, end);
  }
  await Promise.allSettled(ends.values());
  if (first !== undefined) throw first as Error;
}
