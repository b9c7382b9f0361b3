import { accessReview } from './driver-rights.js';
import {
  apiScript,
  askedKey,
  listAsked,
  parseApiAnswers,
  type ApiAnswers,
  type ObservedApi,
  type AskedRight,
} from './api-access.js';
import { runAskingPod } from './check-inside.js';
import { askingPodObject, type CheckPod } from './check-pod.js';
import type { NamespaceSession } from './session.js';

export interface ApiCheck {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly facts: Partial<ObservedApi>;
  readonly rights: readonly (AskedRight & { readonly answer: boolean | undefined })[];
  readonly troubles: readonly string[];
  readonly ok: boolean;
}

export function apiPodObject(pod: CheckPod): object {
  const reviews = listAsked(pod.namespace).map((right) => [askedKey(right), accessReview(right, right.namespace)]);
  const env = { REVIEWS: JSON.stringify(Object.fromEntries(reviews)) };
  return askingPodObject(pod, ['python3', '-c', apiScript], env);
}

/** What a pod with the account sees of the API: who it is, whom it trusts, and what it may and may not. */
export async function checkApi(session: NamespaceSession, pod: CheckPod): Promise<ApiCheck> {
  const { lines, trouble } = await runAskingPod(session, pod, apiPodObject(pod));
  return classifyApi(pod, parseApiAnswers(lines), trouble);
}

export function classifyApi(
  { namespace, serviceAccount }: CheckPod,
  { facts, allowed, troubles }: ApiAnswers,
  podTrouble: string | undefined,
): ApiCheck {
  const rights = listAsked(namespace).map((right) => ({ ...right, answer: allowed.get(askedKey(right)) }));
  const all = [...(podTrouble === undefined ? [] : [podTrouble]), ...troubles];
  const ok = all.length === 0 && rights.every(({ answer, expected }) => answer === expected);
  return { namespace, serviceAccount, facts, rights, troubles: all, ok };
}
