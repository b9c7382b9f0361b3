import type { PreparedCluster } from '../clusters/prepared.js';
import { type KubectlTool } from '../kube/kubectl.js';
import { askKubectl, kubectl, listInput } from '../kube/kubectl.js';
import type { Argv } from '../ports/runner.js';
import type { CallerRight } from './caller-rights.js';
import { accessReview, rightKey } from './driver-rights.js';
import type { NamespaceSession } from './session.js';

const template =
  '{{with .spec.resourceAttributes}}{{.verb}} {{.resource}}{{with .subresource}}/{{.}}{{end}}{{with .group}}.{{.}}{{end}}{{end}} {{.status.allowed}}\n';

const answerWithinMs = 30_000;

/** Asks for the caller, or as another account if the caller may impersonate it. One call for all questions, on its stdin. */
export function askRightsArgv(cluster: KubectlTool, as?: string): Argv {
  const who = as === undefined ? [] : [`--as=${as}`];
  return kubectl(cluster).argv(...who, 'create', '--filename=-', `--output=go-template=${template}`);
}

/** The keys of the rights that the caller has. */
export async function findAllowed(
  session: NamespaceSession,
  namespace: string,
  rights: readonly CallerRight[],
  as?: string,
): Promise<ReadonlySet<string>> {
  const input = listInput(rights.map((right) => accessReview(right, namespace)));
  const stdout = await askKubectl(session, askRightsArgv(session.cluster, as), { input, timeoutMs: answerWithinMs });
  return new Set(stdout.split('\n').flatMap((line) => (line.endsWith(' true') ? [line.slice(0, -5)] : [])));
}

/** The rights that the caller lacks. */
export async function findMissingRights<Right extends CallerRight>(
  ...question: [session: NamespaceSession, namespace: string, rights: readonly Right[], as?: string]
): Promise<readonly Right[]> {
  const allowed = await findAllowed(...question);
  return question[2].filter((right) => !allowed.has(rightKey(right)));
}

/** Kubernetes' name for the service account of jobs. */
export function accountName({ serviceAccount }: Pick<PreparedCluster, 'serviceAccount'>, namespace: string): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}
