import { createServer, type Socket } from 'node:net';
import type { Kube } from '../../ports/kube.js';
import { listenOnLoopback, chooseLocalPort, type WantedPort } from './local-port.js';
import { text } from 'node:stream/consumers';
import type { Host } from '../../ports/host.js';

export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

interface PodForward {
  readonly url: string;
  close(): Promise<void>;
}

/** A local port; each connection gets its own stream to the pod, so that a frozen one does not affect others. */
export async function openPodForward(kube: Kube, target: PodPort, localPort: number): Promise<PodForward> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    kube.connect(target, socket).catch(() => socket.destroy());
  });
  await listenOnLoopback(server, localPort);
  return {
    url: `http://127.0.0.1:${String(localPort)}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** Spark's default UI port in the pod, and the preferred local port. */
export const driverUiPort = 4040;

const portTries = 5;
/** Closing the connection on a slow web server makes it log an exception between the job's own lines. */
const uiAnswersWithinMs = 15_000;

/** A driver's UI on a local port; one set by flag is strict. Another run may take the port between the check and listening; then the next one is tried. */
export async function openUiForward(
  host: Host,
  kube: Kube,
  target: PodPort,
  wantedPort: WantedPort | undefined,
): Promise<PodForward> {
  for (let attempt = 1; ; attempt++) {
    const { port, note } = await chooseLocalPort(driverUiPort, wantedPort);
    try {
      const forward = await openPodForward(kube, target, port);
      if (note !== undefined) host.ui.warn(note);
      return forward;
    } catch (error) {
      if (attempt === portTries) throw error;
    }
  }
}

/** Prints the address once the page answers. */
export async function announceUi(host: Host, forward: PodForward, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(uiAnswersWithinMs)]);
      const answer = await host.http.get(`${forward.url}/api/v1/applications`, { signal: bounded, mostBytes: 1e6 });
      await text(answer.body);
      // while it starts, the page says so in plain text, also with status 200
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
