import { announceUi, driverUiPort, openUiForward } from '../../kube/port-forward/ui-forward.js';
import type { Host } from '../../ports/host.js';
import type { Kube, PodContainer } from '../../ports/kube.js';
import { sparkContainers } from '../../spark/pod-defaults.js';
import type { ClusterRoom } from '../launch/launcher.js';

export interface FollowedDriver {
  readonly uiUrl: string;
  /** Settled when the live log and the forward have ended. */
  close(): Promise<void>;
}

const lastLinesWithinMs = 3000;

/** Streams the driver's log and forwards its UI to a local port; prints the URL once the page answers. */
export async function followDriver(host: Host, kube: Kube, room: ClusterRoom, pod: string): Promise<FollowedDriver> {
  const stop = new AbortController();
  const signal = AbortSignal.any([room.signal, stop.signal]);
  const { namespace } = room.cluster;
  const container: PodContainer = { namespace, pod, container: sparkContainers.driver };
  const logs = kube
    .streamLog(container, {
      follow: true,
      signal,
      onLine: (line) => {
        host.ui.log(line);
      },
      drained: () => host.ui.drained(),
    })
    .catch(() => {
      host.ui.detail('The live log was cut off; the whole log is read at the end.');
    });
  const forward = await openUiForward(host, kube, { namespace, pod, port: driverUiPort }, room.uiPort);
  void announceUi(host, forward, signal);
  return {
    uiUrl: forward.url,
    async close() {
      // reopen a broken stream once; a normal one ends with the driver
      await Promise.race([logs, host.clock.sleep(lastLinesWithinMs)]);
      stop.abort();
      await forward.close();
    },
  };
}
