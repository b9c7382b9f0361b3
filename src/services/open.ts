import { once } from 'node:events';
import type { GlobalFlags, NamedValues } from '../command.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { chooseLocalPort } from '../kube/port-forward/local-port.js';
import { openPodForward, type PodPort } from '../kube/port-forward/pod-forward.js';
import { kubectl } from '../kube/kubectl.js';
import type { NamespaceSession } from '../namespaces/session.js';
import { capitalise } from '../text/words.js';
import type { ClusterService, TerminalPage } from './service.js';
import { isPodReady, classifyHealth, observeStanding, standingPods, type Standing } from './standing.js';
import type { ShownStep } from '../steps/apply.js';

export interface PageVisit {
  readonly browser: boolean;
  /** Explains how to close the page. */
  readonly farewell: string;
}

type PagePlan = Awaited<ReturnType<typeof planPage>>;

/** Fails if the `wanted` port is taken. Throws SERVICE_DOWN if no pod is ready. */
export async function planPage(
  session: NamespaceSession,
  service: ClusterService,
  wanted: number | undefined,
  standing?: Standing,
) {
  const { cluster } = session;
  const target = findTarget(service, standing ?? (await observeStanding(session, service.name)));
  const { port, note } = await chooseLocalPort(target.port, wanted);
  const words = ['port-forward', `pod/${target.pod}`, `${String(port)}:${String(target.port)}`];
  const commands = [kubectl(cluster, target.namespace).argv(...words)];
  const steps: readonly ShownStep[] = [{ title: `Open ${service.title}`, why: 'requested', commands }];
  // `note` is set if the usual port is taken
  return { service, target, port, note, steps };
}

/** Serves the page on a local port until Ctrl-C. */
export async function openPage(
  session: NamespaceSession,
  { service, target, port, note }: PagePlan,
  { browser, farewell }: PageVisit,
): Promise<void> {
  const { host, cluster, signal } = session;
  if (note !== undefined) host.ui.warn(note);
  const forward = await openPodForward(await host.kube(cluster), target, port);
  try {
    host.ui.say(`${capitalise(service.title)}  ${forward.url}`);
    await service.greet?.(session);
    if (browser && host.ui.interactive)
      await host.openBrowser(forward.url).catch(() => {
        host.ui.detail('The browser could not be opened.');
      });
    host.ui.say(farewell);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await forward.close();
  }
}

function findTarget(service: ClusterService, standing: Standing): PodPort {
  const { namespace } = standing;
  const title = capitalise(service.title);
  if (service.port === undefined)
    throw new SparkDevError('USAGE', `${title} has no page to open`, { fix: [service.next(namespace)] });
  const pod = standingPods(standing).find(isPodReady)?.metadata?.name;
  if (pod !== undefined) return { namespace, pod, port: service.port };
  const { state, why } = classifyHealth(standing);
  const [how, verb] = state === 'down' ? ['not up', 'up'] : [state, 'status'];
  throw new SparkDevError('SERVICE_DOWN', `${title} is ${how} in namespace ${namespace}`, {
    ...(why === undefined ? {} : { why }),
    fix: [`spark-dev services ${verb} ${service.name}`],
    facts: { namespace, state },
  });
}

/** Throws NON_INTERACTIVE without a terminal. */
export async function openTerminal(
  session: NamespaceSession,
  page: TerminalPage,
  values: NamedValues,
  output: GlobalFlags['output'],
): Promise<object> {
  if (session.host.ui.interactive && output !== 'json') return page.attach(session, values);
  throw new SparkDevError('NON_INTERACTIVE', 'The dashboard needs a terminal', {
    fix: page.instead(session.cluster),
  });
}
