import { once } from 'node:events';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { chooseLocalPort } from '../../kube/port-forward/local-port.js';
import { openPodForward, type PodForward } from '../../kube/port-forward/pod-forward.js';
import { applyObjects, askKubectl, runKubectl } from '../../kube/kubectl.js';
import type { Host } from '../../ports/host.js';
import { inStep } from '../../steps/apply.js';
import { headlampArgvs, headlampLabels, headlampObjects, headlampPort, type HeadlampRequest } from './headlamp.js';

export interface HeadlampVisit extends HeadlampRequest {
  readonly browser: boolean;
  /** Asked for by flag: then strict. */
  readonly port: number | undefined;
  readonly signal: AbortSignal;
}

const callTimeoutMs = 30_000;
const startsWithinMs = 100_000;

/** Serves it until the person leaves, and then removes it with its accounts. Its image is in the cluster. */
export async function serveHeadlamp(host: Host, cluster: PreparedCluster, visit: HeadlampVisit): Promise<void> {
  const argvs = headlampArgvs(cluster, visit);
  try {
    const forward = await start(host, cluster, visit);
    try {
      await welcome(host, cluster, visit, forward.url);
      if (!visit.signal.aborted) await once(visit.signal, 'abort');
    } finally {
      await forward.close();
    }
  } finally {
    for (const argv of argvs.remove) await runKubectl({ host, cluster }, argv, { timeoutMs: callTimeoutMs });
  }
}

async function start(host: Host, cluster: PreparedCluster, visit: HeadlampVisit): Promise<PodForward> {
  const { namespace } = cluster;
  const session = { host, cluster, signal: visit.signal };
  const { port, note } = await chooseLocalPort(headlampPort, visit.port);
  if (note !== undefined) host.ui.warn(note);
  return inStep(host, 'Start Headlamp', async (step) => {
    await applyObjects(session, headlampObjects(cluster, visit));
    await runKubectl(session, headlampArgvs(cluster, visit).await, { timeoutMs: startsWithinMs });
    const kube = await host.kube(cluster);
    const pods = await kube.listPods({ namespace, labels: headlampLabels });
    const pod = pods.find(({ metadata, status }) => metadata?.deletionTimestamp === undefined && isReady(status));
    if (pod?.metadata?.name === undefined)
      throw new SparkDevError('TOOL_FAILED', 'Headlamp started and is gone again', { fix: ['spark-dev dashboard'] });
    const forward = await openPodForward(kube, { namespace, pod: pod.metadata.name, port: headlampPort }, port);
    step.note(forward.url);
    return forward;
  });
}

function isReady(status: { readonly conditions?: readonly { type: string; status: string }[] } | undefined): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

/** The token is shown to a person only; a script gets the command that makes one. */
async function welcome(host: Host, cluster: PreparedCluster, visit: HeadlampVisit, url: string): Promise<void> {
  const { token } = headlampArgvs(cluster, visit);
  host.ui.say(`Headlamp  ${url}`);
  if (host.ui.interactive) {
    const answer = await askKubectl({ host, cluster }, token, { timeoutMs: callTimeoutMs });
    host.ui.say(`Log in with this token, which ends when you leave:\n${answer.trim()}`, { showsSecret: true });
    if (visit.browser)
      await host.openBrowser(url).catch(() => {
        host.ui.detail('No browser could be opened.');
      });
  } else {
    host.ui.say(`A token to log in with: ${quoteArgv(token)}`);
  }
  host.ui.say('Ctrl-C ends and removes it');
}
