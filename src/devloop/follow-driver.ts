import { chooseLocalPort, type WantedPort } from '../forward/local-port.js';
import { openPodForward, type PodForward } from '../forward/pod-forward.js';
import type { Host } from '../ports/host.js';
import type { Kube, PodContainer } from '../ports/kube.js';
import { driverContainer } from '../spark/outcome.js';

/** Where Spark's driver serves its UI, in the pod and by preference here. */
export const driverUiPort = 4040;

const portTries = 5;
/** Hanging up on a web server that is only slow makes it log an exception into the job's own lines. */
const uiAnswersWithinMs = 15_000;

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
    })
    .catch(() => {
      host.ui.detail('The live log broke off; the whole log is read at the end.');
    });
  const forward = await openUiForward(host, kube, follow);
  void announceUi(host, forward, signal);
  return {
    uiUrl: forward.url,
    async close() {
      await Promise.race([logs, host.clock.sleep(500)]);
      stop.abort();
      await forward.close();
    },
  };
}

/** Another run may take the port between the look and the listening: then the next one is tried. */
async function openUiForward(host: Host, kube: Kube, follow: DriverFollow): Promise<PodForward> {
  for (let attempt = 1; ; attempt++) {
    const { port, note } = await chooseLocalPort(driverUiPort, follow.uiPort);
    try {
      const forward = await openPodForward(
        kube,
        { namespace: follow.namespace, pod: follow.pod, port: driverUiPort },
        port,
      );
      if (note !== undefined) host.ui.warn(note);
      return forward;
    } catch (error) {
      if (attempt === portTries) throw error;
    }
  }
}

async function announceUi(host: Host, forward: PodForward, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(uiAnswersWithinMs)]);
      const answer = await host.http.get(`${forward.url}/api/v1/applications`, { signal: bounded });
      await drain(answer.body);
      // while it starts, the page says so in plain text, with 200 as well
      if (answer.status === 200 && answer.contentType.includes('json')) {
        host.ui.say(`Spark UI  ${forward.url}`);
        return;
      }
    } catch {
      // the driver's web server is not up yet
    }
    await host.clock.sleep(250, signal).catch(() => undefined);
  }
}

async function drain(body: AsyncIterable<unknown>): Promise<void> {
  const chunks = body[Symbol.asyncIterator]();
  while ((await chunks.next()).done !== true);
}
