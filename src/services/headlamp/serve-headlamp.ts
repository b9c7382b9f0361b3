import type { PreparedCluster } from '../../clusters/prepared.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { chooseLocalPort } from '../../kube/port-forward/local-port.js';
import { openPodForward, type PodForward } from '../../kube/port-forward/pod-forward.js';
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
  const { childEnv: env } = cluster;
  try {
    const forward = await start(host, cluster, visit);
    try {
      await welcome(host, cluster, visit, forward.url);
      await leaves(visit.signal);
    } finally {
      await forward.close();
    }
  } finally {
    for (const argv of argvs.remove) await host.runner.run(argv, { env, timeoutMs: callTimeoutMs });
  }
}

async function start(host: Host, cluster: PreparedCluster, visit: HeadlampVisit): Promise<PodForward> {
  const { namespace, childEnv: env } = cluster;
  const argvs = headlampArgvs(cluster, visit);
  const { port, note } = await chooseLocalPort(headlampPort, visit.port);
  if (note !== undefined) host.ui.warn(note);
  return inStep(host, 'Start Headlamp', async (step) => {
    const items = headlampObjects(cluster, visit);
    const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    await host.runner.run(argvs.apply, { env, input, signal: visit.signal, timeoutMs: callTimeoutMs });
    await host.runner.run(argvs.await, { env, signal: visit.signal, timeoutMs: startsWithinMs });
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
    const { stdout } = await host.runner.run(token, { env: cluster.childEnv, timeoutMs: callTimeoutMs });
    host.ui.say(`Log in with this token, which ends when you leave:\n${stdout.trim()}`, { showsSecret: true });
    if (visit.browser)
      await host.openBrowser(url).catch(() => {
        host.ui.detail('No browser could be opened.');
      });
  } else {
    host.ui.say(`A token to log in with: ${quoteArgv(token)}`);
  }
  host.ui.say('Ctrl-C ends and removes it');
}

function leaves(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
