import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import { bestEffort } from '../../errors/disk-error.js';
import { roleLabel, sparkRoleLabel } from '../../kube/labels.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import type { Kube } from '../../ports/kube.js';
import type { RunIdentity } from '../../runs/run-folder.js';
import { podsFile, eventsFile, logsFolder, shortPodName } from '../../runs/story.js';
import { maskValue } from '../../secrets/mask.js';
import { containerOf, submitContainer } from '../../spark/outcome.js';
import { openRunLog } from './run-log.js';

/** Each followed log is a connection to the API server. */
const mostLogs = 50;
const lastLinesWithinMs = 500;

/** Keeps what only the cluster knows of a run, before its pods are gone: their logs, specs, statuses and events. */
export function keepPods({ host, cluster, signal }: NamespaceSession, kube: Kube, { folder }: RunIdentity) {
  const { namespace } = cluster;
  const latest = new Map<string, V1Pod>();
  const logs = new Map<string, Promise<void>>();
  const stop = new AbortController();
  const follow = async (pod: string, container: string): Promise<void> => {
    const logFolder = join(folder, logsFolder);
    await mkdir(logFolder, { recursive: true, mode: 0o700 });
    const log = openRunLog(host, join(logFolder, `${shortPodName(folder, pod)}.log`));
    await kube
      .streamLog(
        { namespace, pod, container },
        {
          follow: true,
          stamps: true,
          signal: AbortSignal.any([signal, stop.signal]),
          onLine: (line) => {
            log.write(`${line}\n`);
          },
          drained: log.drained,
        },
      )
      .catch(() => undefined);
    await log.close();
  };
  return {
    see(pods: readonly V1Pod[]): void {
      for (const pod of pods) {
        const name = pod.metadata?.name ?? '';
        latest.set(name, pod);
        const container = pod.metadata?.labels?.[roleLabel] === 'submit' ? submitContainer : containerOf(pod);
        const state = pod.status?.containerStatuses?.find((one) => one.name === container)?.state;
        const hasBegun = state?.running !== undefined || state?.terminated !== undefined;
        if (hasBegun && !logs.has(name) && logs.size < mostLogs) logs.set(name, follow(name, container));
      }
    },
    /** When the run has ended, before its pods are removed. */
    async end(): Promise<void> {
      const written = Promise.all(logs.values());
      await Promise.race([written, host.clock.sleep(lastLinesWithinMs)]);
      stop.abort();
      await written;
      if (latest.size === 0) return;
      const [events = []] = await kube.listObjects([`api/v1/namespaces/${namespace}/events`]).catch(() => []);
      const own = events.filter(({ involvedObject }) => latest.has(involvedObject?.name ?? ''));
      await bestEffort(host, "Could not write the run's record", async () => {
        const write = (name: string, value: unknown): Promise<void> =>
          writeFile(join(folder, name), `${JSON.stringify(maskValue(value, host.env))}\n`, { mode: 0o600 });
        await write(podsFile, [...latest.values()].map(describePod));
        await write(eventsFile, own);
      });
    },
  };
}

function describePod({ metadata, spec, status }: V1Pod) {
  const role = metadata?.labels?.[sparkRoleLabel] ?? metadata?.labels?.[roleLabel];
  // kubelet names what it really started
  const images = status?.containerStatuses?.map(({ image, imageID }) => ({ image, imageID }));
  return { name: metadata?.name, role, images, metadata, spec, status };
}
