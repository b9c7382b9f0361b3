import { pinnedKubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Argv } from '../ports/runner.js';
import { checkInside, describeCheckPod } from './check-inside.js';
import { accessReview, driverRights, nameResource, rightKey, type DriverRight } from './driver-rights.js';
import type { NamespaceSession } from './session.js';

export interface CheckedRight extends DriverRight {
  readonly api: boolean;
  /** Undefined where no pod could ask. */
  readonly inside: boolean | undefined;
}

export interface RightsCheck {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly hasAccount: boolean;
  readonly rights: readonly CheckedRight[];
  /** What kept the pod from asking. */
  readonly insideTrouble: string | undefined;
  readonly ok: boolean;
}

const answerWithinMs = 30_000;

export function getAccountArgv(cluster: PreparedCluster, namespace: string): Argv {
  const what = ['get', 'serviceaccount', cluster.serviceAccount, '--ignore-not-found', '--output=name'];
  return [...pinnedKubectl(cluster), `--namespace=${namespace}`, ...what];
}

/** All questions in one call, asked as that very account. */
export function reviewArgv(cluster: PreparedCluster, namespace: string): Argv {
  const asked = '.spec.resourceAttributes';
  return [
    ...pinnedKubectl(cluster),
    `--as=system:serviceaccount:${namespace}:${cluster.serviceAccount}`,
    'create',
    '--filename=-',
    `--output=go-template={{${asked}.verb}} {{${asked}.resource}}{{with ${asked}.group}}.{{.}}{{end}} {{.status.allowed}}\n`,
  ];
}

export function reviewInput(namespace: string, rights: readonly DriverRight[] = driverRights): string {
  const items = rights.map((right) => accessReview(right, namespace));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** Through the API as the account: whether it is there, and the keys of what it may. */
async function reviewRights(
  { host, cluster, signal }: NamespaceSession,
  namespace: string,
  rights: readonly DriverRight[],
): Promise<{ readonly hasAccount: boolean; readonly allowed: ReadonlySet<string> }> {
  const options = { env: cluster.childEnv, signal, timeoutMs: answerWithinMs };
  const [account, reviews] = await Promise.all([
    host.runner.run(getAccountArgv(cluster, namespace), options),
    host.runner.run(reviewArgv(cluster, namespace), { ...options, input: reviewInput(namespace, rights) }),
  ]);
  const allowed = reviews.stdout.split('\n').flatMap((line) => (line.endsWith(' true') ? [line.slice(0, -5)] : []));
  return { hasAccount: account.stdout.trim() !== '', allowed: new Set(allowed) };
}

/** What the account may not, of what a driver needs and of these; quick, since no pod is asked. */
export async function findMissingRights(
  session: NamespaceSession,
  namespace: string,
  beside: readonly DriverRight[] = [],
): Promise<{ readonly hasAccount: boolean; readonly missing: readonly DriverRight[] }> {
  const rights = [...driverRights, ...beside];
  const { hasAccount, allowed } = await reviewRights(session, namespace, rights);
  return { hasAccount, missing: rights.filter((right) => !allowed.has(rightKey(right))) };
}

/** Twice: through the API as the account, and from a pod that is the account. */
export async function checkRights(session: NamespaceSession, namespace: string): Promise<RightsCheck> {
  const { cluster } = session;
  const { hasAccount, allowed } = await reviewRights(session, namespace, driverRights);
  const inside = hasAccount
    ? await checkInside(session, describeCheckPod(session, namespace))
    : { allowed: new Map<string, boolean>(), trouble: `there is no service account ${cluster.serviceAccount}` };
  const rights = driverRights.map((right) => ({
    ...right,
    api: allowed.has(rightKey(right)),
    inside: inside.allowed.get(rightKey(right)),
  }));
  const insideTrouble = rights.some((right) => right.inside === undefined)
    ? (inside.trouble ?? 'the pod said nothing')
    : undefined;
  const ok = hasAccount && insideTrouble === undefined && rights.every((right) => right.api && right.inside === true);
  return { namespace, serviceAccount: cluster.serviceAccount, hasAccount, rights, insideTrouble, ok };
}

/** `may not create pods in team-a (neither through the API nor from a pod)`. */
export function describeGaps({ rights, namespace }: RightsCheck): readonly string[] {
  return rights.flatMap((right) => {
    const { verb, api, inside, why } = right;
    if (api && inside !== false) return [];
    const seen = api
      ? 'from a pod, though the API says it may'
      : inside === true
        ? 'through the API, though a pod may'
        : '';
    const where = seen === '' ? '' : ` ${seen}`;
    return [`may not ${verb} ${nameResource(right)} in ${namespace}${where}: ${why}`];
  });
}
