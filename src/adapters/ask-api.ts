import { setTimeout as sleep } from 'node:timers/promises';
import { readRefusal } from './api-refusal.js';

/** Rejects if nothing came in time. */
export async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${String(timeoutMs / 1000)} s`));
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Retries as long as a busy server asks for it and the time allows, then rejects with the last answer. */
export async function askWithRetry<T>(ask: () => Promise<T>, timeoutMs: number, signal?: AbortSignal): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const pauseMs = readRefusal(error)?.pauseMs;
      if (pauseMs === undefined || Date.now() + pauseMs >= until) throw error;
      await sleep(Math.max(pauseMs, 50), undefined, signal === undefined ? {} : { signal });
    }
  }
}
