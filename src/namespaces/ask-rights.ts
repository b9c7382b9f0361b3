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

/** Asks for oneself, or as somebody else where one may. All questions go in one call, on its standard input. */
export function askRightsArgv(cluster: KubectlTool, as?: string): Argv {
  const who = as === undefined ? [] : [`--as=${as}`];
  return kubectl(cluster).argv(...who, 'create', '--filename=-', `--output=go-template=${template}`);
}

/** The keys of those of the rights that whoever asks has. */
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

/** Those that whoever asks does not have. */
export async function findMissingRights<Right extends CallerRight>(
  ...question: [session: NamespaceSession, namespace: string, rights: readonly Right[], as?: string]
): Promise<readonly Right[]> {
  const allowed = await findAllowed(...question);
  return question[2].filter((right) => !allowed.has(rightKey(right)));
}

/** As Kubernetes names the account that jobs go by. */
export function accountName({ serviceAccount }: Pick<PreparedCluster, 'serviceAccount'>, namespace: string): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}
