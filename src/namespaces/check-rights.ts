import { askKubectl, kubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Argv } from '../ports/runner.js';
import { accountName, findAllowed } from './ask-rights.js';
import { checkInside, describeCheckPod } from './check-inside.js';
import { driverRights, nameResource, rightKey, type DriverRight } from './driver-rights.js';
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
  return kubectl(cluster, namespace).argv(...what);
}

/** Through the API as the account: whether it is there, and the keys of what it may. */
async function reviewRights(
  session: NamespaceSession,
  namespace: string,
  rights: readonly DriverRight[],
): Promise<{ readonly hasAccount: boolean; readonly allowed: ReadonlySet<string> }> {
  const { cluster } = session;
  const [account, allowed] = await Promise.all([
    askKubectl(session, getAccountArgv(cluster, namespace), { timeoutMs: answerWithinMs }),
    findAllowed(session, namespace, rights, accountName(cluster, namespace)),
  ]);
  return { hasAccount: account.trim() !== '', allowed };
}

/** What the account may not, of what a driver needs and of these; quick, since no pod is asked. */
export async function findAccountGaps(
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
