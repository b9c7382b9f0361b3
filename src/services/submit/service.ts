import { readFlag } from '../../config/resolve.js';
import { jobNamespace } from '../../kube/names.js';
import { deployment } from '../objects.js';
import { clusterService } from '../service.js';
import { driverPodSpec } from './driver-pod.js';
import { readSubmit, serviceContainer, serviceName, submitName, usualMemoryMb } from './observe-service.js';
import { listAlive } from './pod-process.js';
import { readMemoryMb } from '../../text/sizes.js';

const requestMb = 256;

/** A Deployment, so that an evicted or deleted pod is replaced. It requests little memory because it mostly waits. */
export const submitService = clusterService({
  name: submitName,
  title: 'the submit service',
  summary: 'a small pod that starts jobs without a separate submit Job',
  flags: [{ flags: '--pod-memory <size>', description: 'memory limit for all drivers (default: unchanged, or 2g)' }],
  images: [],
  readOptions({ podMemory }, standing) {
    const asked = readFlag(podMemory, '--pod-memory', '2g or 2048m', readMemoryMb);
    return { memoryMb: asked ?? (standing && readSubmit(standing)?.memoryMb) ?? usualMemoryMb };
  },
  objects({ sparkImage: image, serviceAccount }, { memoryMb }) {
    const resources = { requests: { cpuMilli: 50, memoryMb: requestMb }, limits: { memoryMb } };
    const pod = driverPodSpec({ container: serviceContainer, image, serviceAccount, resources });
    // the event log claim allows one node, and two pods would compete for memory
    return [deployment(submitName, serviceName, { role: 'service', strategy: 'Recreate', pod })];
  },
  next: (namespace) => `spark-dev submit exec sparkpi${namespace === jobNamespace ? '' : ` --namespace ${namespace}`}`,
  /** Drivers claim ports; a submission is only a process in the pod. */
  async check(session, standing) {
    const seen = readSubmit(standing);
    if (seen === undefined) return { notes: [], busy: [] };
    const alive = seen.pod?.ready === true ? await listAlive(session, seen.pod.name) : [];
    const busy = new Set([...seen.clients.map(({ runId }) => runId), ...alive]);
    const { image, memoryMb, clients } = seen;
    const { sparkImage } = session.cluster;
    const current = image === sparkImage;
    const old = current ? '' : `   (outdated; current: ${sparkImage}; update: spark-dev submit up)`;
    return {
      notes: [`image    ${image}${old}`, `memory   ${String(memoryMb)} MB for all drivers in the pod`],
      busy: [...busy],
      facts: { image, current, memoryMb, clients },
    };
  },
});
