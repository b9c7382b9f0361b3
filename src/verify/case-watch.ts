import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import type { RoleName } from '../job/job.js';
import { sparkRoleLabel } from '../kube/labels.js';
import { openPods, type WatchedPods } from '../kube/pods.js';
import type { Host } from '../ports/host.js';
import type { Kube } from '../ports/kube.js';
import { writePrivately } from '../runs/run-folder.js';
import { viewPod, containerOf } from '../spark/outcome.js';

/** The pods of a namespace and their logs from the first line, also of deleted pods: Spark removes executors before it ends. */
export interface CaseWatch extends WatchedPods {
  /** In their last watched state, in the order in which the watch reported them. */
  readonly withRole: (role: RoleName) => readonly V1Pod[];
  readonly textOf: (pod: V1Pod) => string;
  /** Reads the complete logs of the remaining pods again. */
  readonly settle: () => Promise<void>;
  readonly keepLogs: (folder: string) => Promise<void>;
}

export function watchCase(host: Host, kube: Kube, namespace: string, signal: AbortSignal): CaseWatch {
  const seen = new Map<string, V1Pod>();
  const logs = new Map<string, string[]>();
  const read = (pod: V1Pod, follow: boolean, onLine: (line: string) => void): Promise<void> =>
    kube.streamLog({ namespace, pod: podName(pod), container: containerOf(pod) }, { follow, signal, onLine });
  const onChange = (now: readonly V1Pod[]): void => {
    for (const pod of now) {
      seen.set(podName(pod), pod);
      if (logs.has(podName(pod)) || stateOf(pod) === 'waiting') continue;
      const lines: string[] = [];
      logs.set(podName(pod), lines);
      // an interrupted log is read again at the end
      read(pod, true, (line) => {
        lines.push(line);
        pods.stir();
      }).catch(() => undefined);
    }
  };
  const settle = async (): Promise<void> => {
    for (const pod of pods.now.filter((one) => stateOf(one) !== 'waiting')) {
      const whole: string[] = [];
      await read(pod, false, (line) => whole.push(line)).catch(() => whole.splice(0));
      if (whole.length >= (logs.get(podName(pod))?.length ?? 0)) logs.set(podName(pod), whole);
    }
  };
  const pods = openPods(host, kube, { namespace }, { signal, onChange });
  return Object.assign(pods, {
    withRole: (role: RoleName) => [...seen.values()].filter((pod) => pod.metadata?.labels?.[sparkRoleLabel] === role),
    textOf: (pod: V1Pod) => (logs.get(podName(pod)) ?? []).join('\n'),
    settle,
    keepLogs: async (folder: string) => {
      for (const [pod, text] of logs) await writePrivately(join(folder, `${pod}.log`), `${text.join('\n')}\n`);
    },
  });
}

export function podName(pod: V1Pod): string {
  return pod.metadata?.name ?? '';
}

export function stateOf(pod: V1Pod): 'waiting' | 'running' | 'ended' {
  return viewPod(pod, containerOf(pod)).progress.state;
}
