import { createServer, type Socket } from 'node:net';
import type { Kube } from '../../ports/kube.js';
import { listenOnLoopback } from './listen.js';

export interface PodPort {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

export interface PodForward {
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
