import type { WantedPort } from '../kube/port-forward/local-port.js';
import { announceUi, driverUiPort, openUiForward } from '../kube/port-forward/ui-forward.js';
import type { Host } from '../ports/host.js';
import type { Kube, PodContainer } from '../ports/kube.js';
import { driverContainer } from '../spark/outcome.js';

export interface DriverFollow {
  readonly namespace: string;
  readonly pod: string;
  /** Asked for by flag: then strict. */
  readonly uiPort: WantedPort | undefined;
  readonly signal: AbortSignal;
}

export interface FollowedDriver {
  readonly uiUrl: string;
  /** The live log's end and the forward's. */
  close(): Promise<void>;
}

const lastLinesWithinMs = 3000;

/** Shows the driver's log as it comes and brings its UI to a local port, said aloud once the page answers. */
export async function followDriver(host: Host, kube: Kube, follow: DriverFollow): Promise<FollowedDriver> {
  const stop = new AbortController();
  const signal = AbortSignal.any([follow.signal, stop.signal]);
  const container: PodContainer = { namespace: follow.namespace, pod: follow.pod, container: driverContainer };
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
      host.ui.detail('The live log broke off; the whole log is read at the end.');
    });
  const { namespace, pod, uiPort } = follow;
  const forward = await openUiForward(host, kube, { namespace, pod, port: driverUiPort }, uiPort);
  void announceUi(host, forward, signal);
  return {
    uiUrl: forward.url,
    async close() {
      // a stream that broke is asked for once more; one in order has ended with the driver
      await Promise.race([logs, host.clock.sleep(lastLinesWithinMs)]);
      stop.abort();
      await forward.close();
    },
  };
}
