import { SparkDevError } from '../errors/spark-dev-error.js';
import { describeCheckPod, withCheckPod } from './check-pod.js';
import { accessReview, askedKey, type AskedRight } from './driver-rights.js';
import type { NamespaceSession } from './session.js';

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
