import { randomBytes } from 'node:crypto';
import type { V1Pod } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { applyInputArgv, pinnedKubectl } from '../kube/kubectl.js';
import { readPodProgram } from '../kube/pod-program.js';
import type { Directories } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import type { NamespaceSession } from './session.js';
import { ownLabels } from '../kube/names.js';

export interface CheckPod {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly image: string;
  /** The id of the home that asks. */
  readonly home: string | undefined;
}

export interface CheckPodArgvs {
  readonly make: Argv;
  /** Words of kustomize/pods/ask_api.py; every image that runs Spark here has python3, and curl is not in each. */
  readonly ask: (...words: readonly string[]) => Argv;
  readonly remove: Argv;
}

/** As much of kustomize/pods/check.yaml as is added to. */
interface PodTemplate {
  readonly metadata: object;
  readonly spec: { readonly containers: readonly { readonly env: readonly object[] }[] };
}

/** Access reviews by a name for each. */
type Reviews = Readonly<Record<string, object>>;

const startsWithinMs = 60_000;
const answersWithinMs = 50_000;
const tidiedWithinMs = 30_000;

export function describeCheckPod({ cluster }: NamespaceSession, namespace: string): CheckPod {
  const { serviceAccount, sparkImage: image, home } = cluster;
  return { name: `rights-check-${randomBytes(3).toString('hex')}`, namespace, serviceAccount, image, home };
}

export function checkPodArgvs({ cluster }: NamespaceSession, { name, namespace }: CheckPod): CheckPodArgvs {
  const inNamespace = [...pinnedKubectl(cluster), `--namespace=${namespace}`];
  const script = ['sh', '-c', 'exec python3 -c "$ASK" "$@"', 'ask'];
  return {
    make: applyInputArgv(cluster),
    ask: (...words) => [...inNamespace, 'exec', name, '--quiet', '--', ...script, ...words],
    remove: [...inNamespace, 'delete', 'pod', name, '--ignore-not-found', '--wait=false', '--grace-period=1'],
  };
}

/** Calls `act` while the pod runs, which is gone afterwards; throws JOB_FAILED where it does not start. */
export async function withCheckPod<Result>(
  session: NamespaceSession,
  pod: CheckPod,
  reviews: Reviews,
  act: (run: (argv: Argv, input?: string) => Promise<string>) => Promise<Result>,
): Promise<Result> {
  const { host, cluster, signal } = session;
  const { make, remove } = checkPodArgvs(session, pod);
  const run = async (argv: Argv, input?: string): Promise<string> => {
    const options = { env: cluster.childEnv, signal, timeoutMs: answersWithinMs };
    return (await host.runner.run(argv, input === undefined ? options : { ...options, input })).stdout;
  };
  try {
    await run(make, JSON.stringify(await checkPodObject(host.directories, pod, reviews)));
    await awaitRunning(session, pod);
    return await act(run);
  } finally {
    await host.runner.run(remove, { env: cluster.childEnv, timeoutMs: tidiedWithinMs }).catch(() => undefined);
  }
}

export async function checkPodObject(
  directories: Pick<Directories, 'package'>,
  { name, namespace, serviceAccount, image, home }: CheckPod,
  reviews: Reviews,
): Promise<object> {
  const { metadata, spec, ...rest } = parse(await readPodProgram(directories, 'check.yaml')) as PodTemplate;
  const added = { ASK: await readPodProgram(directories, 'ask_api.py'), REVIEWS: JSON.stringify(reviews) };
  const env = Object.entries(added).map(([key, value]) => ({ name: key, value }));
  const containers = spec.containers.map((one) => ({ ...one, image, env: [...one.env, ...env] }));
  return {
    ...rest,
    metadata: { ...metadata, name, namespace, labels: ownLabels(home) },
    spec: { ...spec, serviceAccountName: serviceAccount, containers },
  };
}

async function awaitRunning({ host, cluster, signal }: NamespaceSession, pod: CheckPod): Promise<void> {
  const kube = await host.kube(cluster);
  const done = new AbortController();
  const timer = setTimeout(() => {
    done.abort();
  }, startsWithinMs);
  let seen = 'the pod never came';
  const onChange = (pods: readonly V1Pod[]): void => {
    const found = pods.find(({ metadata }) => metadata?.name === pod.name);
    if (found === undefined) return;
    seen = describe(found);
    if (seen === 'running' || seen.startsWith('ErrImage')) done.abort();
  };
  try {
    const selection = { namespace: pod.namespace, labels: 'app.kubernetes.io/managed-by=spark-dev' };
    await kube.watchPods(selection, { onChange, onBroken: () => undefined }, AbortSignal.any([signal, done.signal]));
  } finally {
    clearTimeout(timer);
  }
  signal.throwIfAborted();
  if (seen === 'running') return;
  throw new SparkDevError('JOB_FAILED', `The pod ${pod.name} did not start`, {
    why: seen,
    fix: ['spark-dev status', 'spark-dev doctor'],
  });
}

function describe({ status }: V1Pod): string {
  const state = status?.containerStatuses?.[0]?.state;
  if (state?.running !== undefined) return 'running';
  const waiting = state?.waiting;
  if (waiting?.reason !== undefined) return `${waiting.reason}: ${waiting.message ?? 'the pod waits'}`;
  const unscheduled = status?.conditions?.find(
    ({ type, status: value }) => type === 'PodScheduled' && value === 'False',
  );
  return unscheduled?.message ?? `the pod is ${status?.phase ?? 'missing'}`;
}
