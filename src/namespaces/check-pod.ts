import { randomBytes } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import { parse } from 'yaml';
import type { PreparedCluster } from '../clusters/prepared.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { applyInputArgv, kubectl, askKubectl, runKubectl } from '../kube/kubectl.js';
import type { Directories } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import type { NamespaceSession } from './session.js';
import { ownLabels, ownSelector } from '../kube/labels.js';
import { withPods, readPodProgram } from '../kube/pods.js';
import { accessReview, askedKey, type AskedRight } from './driver-rights.js';

/** A short-lived pod with the account of jobs, and its command lines. */
export interface CheckPod {
  readonly name: string;
  readonly make: Argv;
  /** Arguments of kustomize/pods/ask_api.py; every image that runs Spark here has python3, but not every one has curl. */
  readonly ask: (...words: readonly string[]) => Argv;
  readonly remove: Argv;
}

/** The parts of kustomize/pods/check.yaml that are extended. */
interface PodTemplate {
  readonly metadata: object;
  readonly spec: { readonly containers: readonly { readonly env: readonly object[] }[] };
}

/** Access reviews by a key for each. */
type Reviews = Readonly<Record<string, object>>;

const startsWithinMs = 60_000;
const answersWithinMs = 50_000;
const tidiedWithinMs = 30_000;

export function describeCheckPod({ cluster }: NamespaceSession): CheckPod {
  const name = `rights-check-${randomBytes(3).toString('hex')}`;
  const { argv, delete: remove } = kubectl(cluster, cluster.namespace);
  const script = ['sh', '-c', 'exec python3 -c "$ASK" "$@"', 'ask'];
  return {
    name,
    make: applyInputArgv(cluster),
    ask: (...words) => argv('exec', name, '--quiet', '--', ...script, ...words),
    remove: remove('pod', name, '--ignore-not-found', '--wait=false', '--grace-period=1'),
  };
}

/** Calls `act` while the pod runs, then deletes the pod; throws JOB_FAILED if it does not start. */
export async function withCheckPod<Result>(
  session: NamespaceSession,
  { name, make, remove }: CheckPod,
  reviews: Reviews,
  act: (run: (argv: Argv, input?: string) => Promise<string>) => Promise<Result>,
): Promise<Result> {
  const { host, cluster } = session;
  const run = (argv: Argv, input?: string): Promise<string> =>
    askKubectl(session, argv, { timeoutMs: answersWithinMs, ...(input === undefined ? {} : { input }) });
  try {
    await run(make, JSON.stringify(await checkPodObject(host.directories, cluster, name, reviews)));
    await awaitRunning(session, name);
    return await act(run);
  } finally {
    await runKubectl({ host, cluster }, remove, { timeoutMs: tidiedWithinMs }).catch(() => undefined);
  }
}

export async function checkPodObject(
  directories: Pick<Directories, 'package'>,
  cluster: Pick<PreparedCluster, 'namespace' | 'serviceAccount' | 'sparkImage' | 'home'>,
  name: string,
  reviews: Reviews,
): Promise<object> {
  const { namespace, serviceAccount: serviceAccountName, sparkImage: image, home } = cluster;
  const { metadata, spec, ...rest } = parse(await readPodProgram(directories, 'check.yaml')) as PodTemplate;
  const added = { ASK: await readPodProgram(directories, 'ask_api.py'), REVIEWS: JSON.stringify(reviews) };
  const env = Object.entries(added).map(([key, value]) => ({ name: key, value }));
  const containers = spec.containers.map((one) => ({ ...one, image, env: [...one.env, ...env] }));
  return {
    ...rest,
    metadata: { ...metadata, name, namespace, labels: ownLabels(home) },
    spec: { ...spec, serviceAccountName, containers },
  };
}

async function awaitRunning({ host, cluster, signal }: NamespaceSession, name: string): Promise<void> {
  let seen = 'the pod never appeared';
  const look = (pods: readonly V1Pod[]): string | undefined => {
    const found = pods.find(({ metadata }) => metadata?.name === name);
    if (found !== undefined) seen = describe(found);
    return seen === 'running' || seen.startsWith('ErrImage') ? seen : undefined;
  };
  const selection = { namespace: cluster.namespace, labels: ownSelector };
  const kube = await host.kube(cluster);
  await withPods(host, kube, selection, { signal }, (pods) => pods.until(look, { timeoutMs: startsWithinMs }));
  if (seen === 'running') return;
  throw new SparkDevError('JOB_FAILED', `The pod ${name} did not start`, {
    why: seen,
    fix: ['spark-dev status', 'spark-dev doctor'],
  });
}

function describe({ status }: V1Pod): string {
  const state = status?.containerStatuses?.[0]?.state;
  if (state?.running !== undefined) return 'running';
  const waiting = state?.waiting;
  if (waiting?.reason !== undefined) return `${waiting.reason}: ${waiting.message ?? 'the pod waits'}`;
  const unscheduled = status?.conditions?.find((one) => one.type === 'PodScheduled' && one.status === 'False');
  return unscheduled?.message ?? `the pod is ${status?.phase ?? 'missing'}`;
}

/** What a pod with the account sees of the API. */
export interface ObservedApi {
  readonly token: { readonly account: string; readonly until: string };
  readonly authority: { readonly subject: string; readonly until: string };
  readonly namespace: string;
  readonly address: string;
  readonly version: string;
  /** HTTP status of a request without the token. */
  readonly anonymous: number;
  readonly curl: boolean;
}

/** Printed by kustomize/pods/ask_api.py. */
export interface InsideAnswer {
  readonly facts: Partial<ObservedApi>;
  /** By askedKey; rights that could not be asked are missing. */
  readonly allowed: Readonly<Record<string, boolean>>;
  readonly troubles: readonly string[];
}

/** Asks from a pod with the account's own token. A pod that starts also proves quota, Pod Security and image. */
export async function askInside(
  session: NamespaceSession,
  what: 'rights' | 'facts',
  rights: readonly AskedRight[],
): Promise<InsideAnswer> {
  const pod = describeCheckPod(session);
  const reviews = rights.map((right) => [askedKey(right), accessReview(right, right.namespace)] as const);
  try {
    const stdout = await withCheckPod(session, pod, Object.fromEntries(reviews), (run) => run(pod.ask(what)));
    return JSON.parse(stdout) as InsideAnswer;
  } catch (error) {
    if (session.signal.aborted || !(error instanceof SparkDevError)) throw error;
    return { facts: {}, allowed: {}, troubles: [error.why ?? error.what] };
  }
}
