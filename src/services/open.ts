import { once } from 'node:events';
import type { GlobalFlags, NamedValues } from '../command.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { chooseLocalPort } from '../kube/port-forward/local-port.js';
import { openPodForward, type PodPort } from '../kube/port-forward/pod-forward.js';
import { kubectl } from '../kube/kubectl.js';
import { roleLabel } from '../kube/labels.js';
import type { NamespaceSession } from '../namespaces/session.js';
import type { ShownStep } from '../steps/step.js';
import { capitalise } from '../text/words.js';
import type { ClusterService, Endpoint, TerminalPage } from './service.js';
import { isPodReady, judgeHealth, observeStanding, standingPods, type Standing } from './standing.js';

export interface PageVisit {
  readonly browser: boolean;
  /** How to leave, and what becomes of it. */
  readonly farewell: string;
}

/** Where other pods reach it; undefined while no pod answers. */
export function addressOf(standing: Standing, endpoint: Endpoint): string | undefined {
  const { scheme, port, host } = endpoint;
  const [pod] = answering(standing, endpoint);
  if (pod === undefined) return undefined;
  const name = host === undefined ? pod.status?.podIP : `${host}.${standing.namespace}.svc`;
  return name === undefined ? undefined : `${scheme}://${name}:${String(port)}`;
}

export interface PagePlan {
  readonly service: ClusterService;
  readonly target: PodPort;
  readonly port: number;
  /** Why it is not the usual port. */
  readonly note: string | undefined;
  /** The equal of what is done, for a dry run. */
  readonly steps: readonly ShownStep[];
}

/** `wanted` was asked for by flag: that port or none. Throws SERVICE_DOWN where no pod answers. */
export async function planPage(
  session: NamespaceSession,
  service: ClusterService,
  wanted: number | undefined,
): Promise<PagePlan> {
  const { cluster } = session;
  const target = findTarget(service, await observeStanding(session, service.name));
  const { port, note } = await chooseLocalPort(target.port, wanted);
  const words = ['port-forward', `pod/${target.pod}`, `${String(port)}:${String(target.port)}`];
  const commands = [kubectl(cluster, target.namespace).argv(...words)];
  return { service, target, port, note, steps: [{ title: `Open ${service.title}`, why: 'as asked', commands }] };
}

/** Shows the page on a local port until the person leaves. */
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
        host.ui.detail('No browser could be opened.');
      });
    host.ui.say(farewell);
    if (!signal.aborted) await once(signal, 'abort');
  } finally {
    await forward.close();
  }
}

function findTarget(service: ClusterService, standing: Standing): PodPort {
  const { namespace } = standing;
  const [endpoint] = service.endpoints;
  const title = capitalise(service.title);
  if (endpoint === undefined)
    throw new SparkDevError('USAGE', `${title} has no page to open`, { fix: [service.next(namespace)] });
  const { state, why } = judgeHealth(standing);
  const [pod] = answering(standing, endpoint);
  if (pod?.metadata?.name !== undefined) return { namespace, pod: pod.metadata.name, port: endpoint.port };
  const [how, verb] = state === 'down' ? ['not up', 'up'] : [state, 'status'];
  throw new SparkDevError('SERVICE_DOWN', `${title} is ${how} in namespace ${namespace}`, {
    ...(why === undefined ? {} : { why }),
    fix: [`spark-dev services ${verb} ${service.name}`],
    facts: { namespace, state },
  });
}

function answering(standing: Standing, { role }: Endpoint): Standing['pods'] {
  return standingPods(standing).filter(
    (pod) => isPodReady(pod) && (role === undefined || pod.metadata?.labels?.[roleLabel] === role),
  );
}

/** Hands the terminal over. Throws NON_INTERACTIVE where there is none. */
export async function openTerminal(
  session: NamespaceSession,
  page: TerminalPage,
  values: NamedValues,
  output: GlobalFlags['output'],
): Promise<object> {
  if (session.host.ui.interactive && output !== 'json') return page.attach(session, values);
  throw new SparkDevError('NON_INTERACTIVE', 'The dashboard draws on a terminal, and there is none', {
    fix: page.instead(session.cluster),
  });
}
