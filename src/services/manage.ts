import { isOwnObject, readObjectProof } from '../clusters/object-proof.js';
import { resolveSource } from '../clusters/prepare/source.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { NamedValues } from '../command.js';
import type { Settings } from '../config/settings.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { inspectImages } from '../images/observed-image.js';
import { planPull, pullCommands, type PullPlan } from '../images/plan-pull.js';
import { localName, parseReference } from '../images/reference.js';
import { pullImages } from '../images/sets/pull-images.js';
import { applyInputArgv, applyObjects, askKubectl, kubectl, runKubectl } from '../kube/kubectl.js';
import { homeLabel, serviceLabel } from '../kube/labels.js';
import { observeNamespace } from '../namespaces/observe-namespace.js';
import type { NamespaceSession } from '../namespaces/session.js';
import type { Argv } from '../ports/runner.js';
import { applySteps, inStep, type Step } from '../steps/apply.js';
import { capitalise, listLines } from '../text/words.js';
import { awaitPods } from './await-pods.js';
import { completeObjects, isWorkload, type ServiceObject } from './objects.js';
import type { ClusterService } from './service.js';
import {
  classifyHealth,
  findSame,
  observeObject,
  observeStanding,
  standingPods,
  type ObservedObject,
  type Standing,
} from './standing.js';

interface Managed {
  readonly service: ClusterService;
  /** As observed when the plan was made. */
  readonly standing: Standing;
}

export interface UpRequest {
  /** The flags of the service. */
  readonly values: NamedValues;
  readonly settings: Pick<Settings, 'images' | 'provider'>;
}

export interface UpPlan extends Managed {
  readonly objects: readonly ServiceObject[];
  /** Objects of an earlier call with other options. */
  readonly stale: readonly ObservedObject[];
  readonly provider: Settings['provider'];
  readonly pulls: readonly PullPlan[];
  /** Empty if the service is ready as requested. */
  readonly steps: readonly Step<'pull' | 'apply' | 'wait'>[];
}

type DownPlan = Awaited<ReturnType<typeof planDown>>;

export async function planUp(
  session: NamespaceSession,
  service: ClusterService,
  { values, settings: { provider, images } }: UpRequest,
): Promise<UpPlan> {
  const { cluster } = session;
  const { name, title } = service;
  const standing = await observeStanding(session, name);
  const objects = completeObjects(cluster, name, service.objects(cluster, service.readOptions(values, standing)));
  const wanted = objects.map(observeObject);
  // objects that users added have no digest, those of other homes another label
  const stale = standing.objects
    .filter(({ kind, digest, labels }) => kind !== 'Pod' && digest !== undefined && labels[homeLabel] === cluster.home)
    .filter((one) => findSame(one, wanted) === undefined);
  await refuseForeign(session, service, wanted, standing);
  const plan = { service, standing, objects, stale, provider };
  const change = explainChange(wanted, stale, standing);
  const { state, why = state } = classifyHealth(standing);
  if (change === undefined && state === 'ready') return { ...plan, pulls: [], steps: [] };
  const pulls = await planImages(session, service, images);
  const pull = { title: `Pull the image of ${title}`, why: 'it is not in the cluster' };
  const commands = [applyInputArgv(cluster), ...removeObjectsArgvs(cluster, stale)];
  const steps: UpPlan['steps'] = [
    ...(pulls.length === 0 ? [] : [{ id: 'pull', ...pull, commands: pulls.flatMap(pullCommands) } as const]),
    change === undefined
      ? { id: 'wait', title: `Wait for ${title}`, why, commands: [] }
      : { id: 'apply', title: `Start ${title}`, why: change, commands },
  ];
  return { ...plan, pulls, steps };
}

/** Asks before it replaces pods with running jobs. Throws CANCELLED. */
export async function confirmReplacing(session: NamespaceSession, plan: UpPlan): Promise<void> {
  const step = plan.steps.find(({ id }) => id === 'apply');
  if (step === undefined) return;
  await confirmEnd(session, plan, `It will be replaced, because ${step.why}. `, 'was not changed');
}

/** Ends runs in older pods; the caller has asked about them. */
export async function applyUp(session: NamespaceSession, plan: UpPlan): Promise<Standing> {
  const { host, cluster, signal } = session;
  const { service, standing, objects, stale, pulls, provider, steps } = plan;
  if (steps.length === 0) return standing;
  const wanted = objects.map(observeObject);
  await applySteps(host, steps, {
    signal,
    // pulling reports its own steps
    isQuiet: ({ id }) => id === 'pull',
    async apply({ id }, { signal: stop, progress }) {
      if (id === 'pull') return pullImages(host, pulls, { provider, hostOnly: false, signal: stop });
      const stoppable = { ...session, signal: stop };
      if (id === 'apply') {
        await applyObjects(stoppable, objects);
        await removeAll(stoppable, removeObjectsArgvs(cluster, stale));
      }
      return awaitPods(stoppable, {
        labels: `${serviceLabel}=${service.name}`,
        onNote: progress,
        look: (pods) => {
          const { state, why = state, trouble } = classifyHealth({ objects: wanted, pods });
          const names = standingPods({ pods }).map(({ metadata }) => metadata?.name);
          return { note: why, trouble, ...(state === 'ready' ? { found: names.join(', ') } : {}) };
        },
      });
    },
  });
  return observeStanding(session, service.name);
}

export async function planDown(session: NamespaceSession, service: ClusterService) {
  const { host, cluster } = session;
  const standing = await observeStanding(session, service.name);
  const namespace = await observeNamespace(session, cluster.namespace);
  const proof = await readObjectProof(host, cluster.provider, namespace === undefined ? [] : [namespace]);
  // what this home provably made
  const doomed = standing.objects
    // pods are removed with their owners
    .filter(({ kind, isOwned }) => kind !== 'Pod' || !isOwned)
    .filter(({ labels }) => isOwnObject(labels[homeLabel] ?? '', proof));
  // another home's stays
  const keepsWorkload = standing.objects.some((one) => isWorkload(one) && !doomed.includes(one));
  return { service, standing, doomed, keepsWorkload, commands: removeObjectsArgvs(cluster, doomed) };
}

/** Returns whether everything is gone. Asks before it ends runs; throws CANCELLED. */
export async function applyDown(session: NamespaceSession, plan: DownPlan): Promise<boolean> {
  const { service, doomed, commands } = plan;
  await confirmEnd(session, plan, '', 'stays up');
  return inStep(session.host, `Stop ${service.title}`, async (step) => {
    await removeAll(session, commands);
    const { objects } = await observeStanding(session, service.name);
    const isGone = !objects.some((one) => findSame(one, doomed) !== undefined);
    if (!isGone) step.failed();
    return isGone;
  });
}

/** Asks if runs would end. */
async function confirmEnd(
  session: NamespaceSession,
  { service, standing }: Managed,
  why: string,
  otherwise: string,
): Promise<void> {
  const busy = (await service.check?.(session, standing))?.busy ?? [];
  if (busy.length === 0) return;
  session.host.ui.warn(`${why}Still running in it: ${busy.join(', ')}`);
  if (await session.host.ui.confirm('End them?')) return;
  throw new SparkDevError('CANCELLED', `${capitalise(service.title)} ${otherwise}`);
}

/** Applying would take over objects of others with the same name, and `down` would then remove them. */
async function refuseForeign(
  session: NamespaceSession,
  { name, title }: ClusterService,
  wanted: readonly ObservedObject[],
  standing: Standing,
): Promise<void> {
  const { cluster } = session;
  const { namespace, home, provider } = cluster;
  // without the label: of an earlier version, which is ours only in our own cluster
  const usual = provider.isMadeByUs ? home : undefined;
  const seen = wanted.flatMap((one) => findSame(one, standing.objects) ?? []);
  const others = seen.filter(({ labels }) => (labels[homeLabel] ?? usual) !== home);
  const missing = wanted.filter((one) => findSame(one, seen) === undefined).map(objectName);
  const argv = kubectl(cluster, namespace).get(...missing, '--ignore-not-found', '--output=name');
  const taken = missing.length === 0 ? [] : listLines(await askKubectl(session, argv));
  const [foreign] = [...others.map(objectName), ...taken];
  if (foreign === undefined) return;
  throw new SparkDevError('IN_USE', `${foreign} already exists, and this home did not create it`, {
    why: `${capitalise(title)} would replace it in namespace ${namespace}.`,
    fix: [`spark-dev services up ${name} --namespace ANOTHER`, 'spark-dev namespace list'],
    facts: { namespace, object: foreign },
  });
}

/** Throws IMAGE_MISSING if the cluster was made from package registries, which lack the image. */
async function planImages(
  { host, cluster, signal }: NamespaceSession,
  { title, images }: ClusterService,
  settings: Settings['images'],
): Promise<readonly PullPlan[]> {
  const missing: string[] = [];
  for (const { reference, unavailable } of images) {
    const name = localName(parseReference(reference));
    const dockerEnv = await cluster.dockerEnv(host, signal);
    if ((await inspectImages(host, { place: 'cluster', dockerEnv }, [name], signal)).length > 0) continue;
    if ((await resolveSource(host)) === 'registries')
      throw new SparkDevError('IMAGE_MISSING', `${capitalise(title)} is not available here`, {
        why: `${unavailable.why} This cluster was made from package registries.`,
        fix: [...unavailable.fix, `spark-dev images load FILE   # a saved ${name}`],
      });
    missing.push(reference);
  }
  return planPull(host, missing, settings, signal);
}

/** Undefined if nothing has to change. */
function explainChange(
  wanted: readonly ObservedObject[],
  stale: readonly ObservedObject[],
  { objects }: Standing,
): string | undefined {
  if (!objects.some(isWorkload)) return 'it does not run in this namespace';
  const whys = wanted.map((one) => {
    const seen = findSame(one, objects);
    if (seen === undefined) return `${objectName(one)} is missing`;
    if (seen.image !== one.image) return `it uses another image: ${seen.image ?? 'none'}`;
    if (seen.memoryMb !== one.memoryMb) return `its memory limit is ${String(seen.memoryMb)} MB`;
    return seen.digest === one.digest && seen.replicas === one.replicas ? undefined : `${objectName(one)} differs`;
  });
  return [...whys, ...stale.map((one) => `${objectName(one)} is no longer needed`)].find((one) => one !== undefined);
}

/** Deletes by name, so only observed objects; a workload takes its pods, and what they own, with it. */
export function removeObjectsArgvs(cluster: PreparedCluster, objects: readonly ObservedObject[]): readonly Argv[] {
  if (objects.length === 0) return [];
  const how = ['--ignore-not-found', '--wait=true', '--timeout=30s', '--cascade=foreground'];
  return [kubectl(cluster, cluster.namespace).delete(...objects.map(objectName), ...how)];
}

async function removeAll(session: NamespaceSession, commands: readonly Argv[]): Promise<void> {
  for (const argv of commands) await runKubectl(session, argv, { timeoutMs: 60_000 });
}

/** For kubectl. */
function objectName({ kind, name }: ObservedObject): string {
  return `${kind.toLowerCase()}/${name}`;
}
