import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { KubeConfig, PortForward } from '@kubernetes/client-node';
import type { Kube, KubeTarget } from '../ports/kube.js';
import type { ApiAccess } from './ask-api.js';

/** With every kind of credential that kubectl knows. */
export function readAccess(target: KubeTarget): ApiAccess {
  const config = readConfig(target);
  const cluster = config.getCurrentCluster();
  return {
    server: cluster?.server ?? '',
    async options() {
      if (cluster === null) throw new Error(`${target.kubeconfig} has no cluster for the context ${target.context}`);
      const options = {};
      await config.applyToHTTPSOptions(options);
      return options;
    },
  };
}

/** One for all connections, so that a credential plugin is asked once. */
export function openForward(target: KubeTarget): Kube['connect'] {
  const forward = new PortForward(readConfig(target), true);
  return async (pod, local) => {
    const remote: unknown = await forward.portForward(pod.namespace, pod.pod, [pod.port], local, null, local);
    if (isPodSocket(remote)) joinEnds(local, remote);
  };
}

function readConfig({ kubeconfig, context }: KubeTarget): KubeConfig {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  config.setCurrentContext(context);
  return config;
}

/** The parts of a Node WebSocket that are needed here. */
interface PodSocket extends EventEmitter {
  readonly isPaused: boolean;
  pause(): void;
  resume(): void;
  terminate(): void;
}

function isPodSocket(remote: unknown): remote is PodSocket {
  return remote instanceof EventEmitter && 'terminate' in remote;
}

/**
 * client-node does not close one side with the other, and keeps reading from the pod when nobody takes the data: a download that
 * is not read would fill the memory.
 */
function joinEnds(local: Duplex, remote: PodSocket): void {
  remote.on('close', () => local.end());
  remote.on('message', () => {
    if (!local.writableNeedDrain || remote.isPaused) return;
    remote.pause();
    local.once('drain', () => {
      remote.resume();
    });
  });
  local.on('close', () => {
    remote.terminate();
  });
  if (local.destroyed) remote.terminate();
}
