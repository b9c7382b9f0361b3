import { askKubectl, kubectl } from '../kube/kubectl.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Argv } from '../ports/runner.js';
import {
  askedKey,
  driverRights,
  listAsked,
  nameResource,
  rightKey,
  type AskedRight,
  type DriverRight,
  accountName,
  askRightsArgv,
  findMissingRights,
} from './driver-rights.js';
import type { NamespaceSession } from './session.js';
import { showTable } from '../text/words.js';
import { askInside, type InsideAnswer, type ObservedApi } from './check-pod.js';

interface CheckedRight extends AskedRight {
  /** The API's answer as the account; undefined for rights that only a pod is asked. */
  readonly api: boolean | undefined;
  /** Undefined if no pod could ask. */
  readonly inside: boolean | undefined;
}

export interface RightsCheck {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly hasAccount: boolean;
  readonly rights: readonly CheckedRight[];
  /** What the pod sees of the API, if requested. */
  readonly facts?: Partial<ObservedApi>;
  /** Why the pod could not ask. */
  readonly insideTrouble: string | undefined;
  readonly ok: boolean;
}

/** The questions to the API: does the account exist, and what may it do. */
export function accountArgvs(cluster: PreparedCluster): { readonly account: Argv; readonly rights: Argv } {
  const { serviceAccount, namespace } = cluster;
  const quiet = ['--ignore-not-found', '--output=name'];
  return {
    account: kubectl(cluster, namespace).get('serviceaccount', serviceAccount, ...quiet),
    rights: askRightsArgv(cluster, accountName(cluster)),
  };
}

/** The rights that the account lacks, of what a driver needs and of these; fast, since no pod is asked. */
export async function findAccountGaps(
  session: NamespaceSession,
  beside: readonly DriverRight[] = [],
): Promise<{ readonly hasAccount: boolean; readonly missing: readonly DriverRight[] }> {
  const { cluster } = session;
  const [account, missing] = await Promise.all([
    askKubectl(session, accountArgvs(cluster).account),
    findMissingRights(session, [...driverRights, ...beside], accountName(cluster)),
  ]);
  return { hasAccount: account.trim() !== '', missing };
}

/**
 * Checks each right twice: through the API as the account, and from a pod with the account. `facts` adds what the pod sees of the
 * API, and the rights that it must not have.
 */
export async function checkRights(session: NamespaceSession, what: 'rights' | 'facts'): Promise<RightsCheck> {
  const { serviceAccount, namespace } = session.cluster;
  const { hasAccount, missing } = await findAccountGaps(session);
  const asked = listAsked(namespace, what === 'facts');
  const { facts, allowed, troubles }: InsideAnswer = hasAccount
    ? await askInside(session, what, asked)
    : { facts: {}, allowed: {}, troubles: [`there is no service account ${serviceAccount}`] };
  const missingKeys = missing.map(rightKey);
  const rights = asked.map((right) => ({
    ...right,
    api: right.expected ? !missingKeys.includes(rightKey(right)) : undefined,
    inside: allowed[askedKey(right)],
  }));
  const insideTrouble = troubles.length > 0 ? troubles.join('\n') : undefined;
  const ok = troubles.length === 0 && rights.every(({ api, inside, expected }) => api !== false && inside === expected);
  return { namespace, serviceAccount, hasAccount, rights, ...(what === 'facts' ? { facts } : {}), insideTrouble, ok };
}

/** `may not create pods in team-a (neither through the API nor from a pod)`. */
export function describeGaps({ rights }: RightsCheck): readonly string[] {
  return rights.flatMap((right) => {
    const { verb, api, inside, why, expected, namespace } = right;
    const what = `${verb} ${nameResource(right)} ${namespace === '' ? 'in the cluster' : `in ${namespace}`}`;
    if (!expected && inside === true) return [`may ${what}, but should not: ${why}`];
    if (api !== false && (inside ?? expected) === expected) return [];
    const surprise = inside === true ? ' through the API, although a pod may' : '';
    const where = api === true ? ' from a pod, although the API allows it' : surprise;
    return [`may not ${what}${where}: ${why}`];
  });
}

/** What a pod with the account sees of the API, and the answer for each right; empty if this was not requested. */
export function showApi({ facts, rights }: RightsCheck): readonly string[] {
  if (facts === undefined) return [];
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['token', facts.token && `${facts.token.account}, until ${facts.token.until}   $TOKEN is its path`],
    ['authority', facts.authority && `${facts.authority.subject}, until ${facts.authority.until}   $CERT is its path`],
    ['namespace', facts.namespace],
    ['dns', facts.address && `kubernetes.default.svc is ${facts.address}`],
    ['api', facts.version],
    ['anonymous', facts.anonymous === undefined ? undefined : `${String(facts.anonymous)} without a token`],
  ];
  const answers = rights.map((right) => {
    const answer = right.inside === undefined ? 'unknown' : right.inside ? 'allowed' : 'denied';
    return [right.inside === right.expected ? 'ok' : '!', answer, askedKey(right), right.why];
  });
  return [
    ...rows.map(([name, value]) => `${name.padEnd(11)}${value ?? 'unknown'}`),
    ...showTable(['', 'ANSWER', 'RIGHT', 'WHY'], answers),
  ];
}
