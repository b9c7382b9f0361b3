import type { V1Pod } from '@kubernetes/client-node';
import type { Host, Directories } from '../ports/host.js';
import type { Kube, ObjectSelection } from '../ports/kube.js';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

type Selection = ObjectSelection & { readonly namespace: string };

interface PodWatch {
  /** Ends the watch. */
  readonly signal: AbortSignal;
  readonly onChange?: (pods: readonly V1Pod[]) => void;
  /** The API server does not answer; the watch reconnects by itself. */
  readonly onBroken?: (why: string) => void;
}

/** Maps the current pods to a value, or to undefined to keep waiting; throws to give up. */
export type PodQuestion<Value> = (pods: readonly V1Pod[]) => Value | undefined;

/** The pods of one watch. */
export interface WatchedPods {
  /** Empty until the first list has arrived. */
  readonly now: readonly V1Pod[];
  /**
   * The first defined answer; asked as soon as there is a list, and again after each change. Undefined after a timeout. Rejects
   * with the question's error, with what ended the watch, or with the signal's reason.
   */
  until<Value>(ask: PodQuestion<Value>, limits?: { readonly signal?: AbortSignal }): Promise<Value>;
  until<Value>(ask: PodQuestion<Value>, limits: { readonly timeoutMs: number }): Promise<Value | undefined>;
  /** Asks again, because something other than a pod has changed. */
  stir(): void;
}

export function openPods(host: Pick<Host, 'clock'>, kube: Kube, selection: Selection, watch: PodWatch): WatchedPods {
  const waiters = new Set<() => void>();
  const failed = new AbortController();
  const over = AbortSignal.any([watch.signal, failed.signal]);
  let now: readonly V1Pod[] | undefined;
  const stir = (): void => {
    for (const look of [...waiters]) look();
  };
  const onChange = (pods: readonly V1Pod[]): void => {
    now = pods;
    watch.onChange?.(pods);
    stir();
  };
  const { onBroken = () => undefined } = watch;
  kube.watchPods(selection, { onChange, onBroken }, watch.signal).catch((error: unknown) => {
    failed.abort(error);
  });
  const until = <Value>(
    ask: PodQuestion<Value>,
    { signal, timeoutMs }: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {},
  ): Promise<Value | undefined> =>
    new Promise((resolve, reject) => {
      const ends = signal === undefined ? over : AbortSignal.any([over, signal]);
      const timer = new AbortController();
      const settle = (): void => {
        waiters.delete(look);
        ends.removeEventListener('abort', stop);
        timer.abort();
      };
      const stop = (): void => {
        settle();
        reject(ends.reason as Error);
      };
      const look = (): void => {
        if (now === undefined) return;
        try {
          const value = ask(now);
          if (value === undefined) return;
          resolve(value);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        settle();
      };
      if (ends.aborted) {
        stop();
        return;
      }
      ends.addEventListener('abort', stop);
      waiters.add(look);
      const giveUp = (): void => {
        settle();
        resolve(undefined);
      };
      if (timeoutMs !== undefined) void host.clock.sleep(timeoutMs, timer.signal).then(giveUp, () => undefined);
      look();
    });
  return {
    get now() {
      return now ?? [];
    },
    until,
    stir,
  };
}

/** A watch that ends with its user. */
export async function withPods<Result>(
  host: Pick<Host, 'clock'>,
  kube: Kube,
  selection: Selection,
  watch: PodWatch,
  use: (pods: WatchedPods) => Promise<Result>,
): Promise<Result> {
  const stop = new AbortController();
  try {
    const signal = AbortSignal.any([watch.signal, stop.signal]);
    return await use(openPods(host, kube, selection, { ...watch, signal }));
  } finally {
    stop.abort();
  }
}

/** The text of a program that runs in a pod, or of the pod itself, from kustomize/pods. */
export function readPodProgram({ package: root }: Pick<Directories, 'package'>, name: string): Promise<string> {
  return readFile(join(root, 'kustomize', 'pods', name), 'utf8');
}
