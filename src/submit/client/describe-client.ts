import type { PreparedCluster } from '../../cluster/prepared.js';
import type { ShownStep } from '../../cluster/show-plan.js';
import type { Host } from '../../ports/host.js';
import { portsOf } from '../client-conf.js';
import { createArgv } from './driver-slot.js';
import { planClient, type ClientRun } from './plan-client.js';

/** What a client run would call, for --dry-run, with the first port triple. */
export function describeClient(host: Host, cluster: PreparedCluster, run: ClientRun): readonly ShownStep[] {
  const plan = planClient(host, cluster, run, 'POD');
  return [
    { title: 'Ports of its own, by a headless service', why: 'drivers share the pod', commands: [createArgv(cluster)] },
    {
      title: "The driver in the submit service's pod",
      why: 'it ends with this program',
      commands: [plan.process.unpack, plan.drive(portsOf(0)), plan.process.end],
    },
    { title: 'Nothing of it stays', why: 'executors and the headless service carry the run', commands: [plan.remove] },
  ];
}
