import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import type { Kube } from '../ports/kube.js';
import { writePrivately } from '../runs/run-folder.js';
import { podName, stateOf } from './pod-history.js';

/** Follows the logs of all pods of a case from the first line: the logs of executors are lost with their pods. */
export interface CaseLogs {
  /** Follows pods that have started since. */
  see(pods: readonly V1Pod[]): void;
  textOf(pod: string): string;
  readonly names: () => readonly string[];
  /** Reads the complete logs of the remaining pods again. */
  settle(pods: readonly V1Pod[]): Promise<void>;
  keep(folder: string): Promise<void>;
}

export function openCaseLogs(kube: Kube, namespace: string, signal: AbortSignal, onLine: () => void): CaseLogs {
  const lines = new Map<string, string[]>();
  const follow = async (pod: V1Pod, isLive: boolean): Promise<string[]> => {
    const container = pod.spec?.containers[0]?.name ?? '';
    const read: string[] = [];
    if (isLive) lines.set(podName(pod), read);
    await kube.streamLog(
      { namespace, pod: podName(pod), container },
      {
        follow: isLive,
        signal,
        onLine: (line) => {
          read.push(line);
          if (isLive) onLine();
        },
      },
    );
    return read;
  };
  return {
    see(pods) {
      for (const pod of pods) {
        if (lines.has(podName(pod)) || stateOf(pod) === 'waiting') continue;
        // an interrupted log is read again at the end
        follow(pod, true).catch(() => undefined);
      }
    },
    textOf: (pod) => (lines.get(pod) ?? []).join('\n'),
    names: () => [...lines.keys()],
    async settle(pods) {
      for (const pod of pods) {
        if (stateOf(pod) === 'waiting') continue;
        const whole = await follow(pod, false).catch(() => undefined);
        if (whole !== undefined && whole.length >= (lines.get(podName(pod))?.length ?? 0))
          lines.set(podName(pod), whole);
      }
    },
    async keep(folder) {
      for (const [pod, text] of lines) await writePrivately(join(folder, `${pod}.log`), `${text.join('\n')}\n`);
    },
  };
}
