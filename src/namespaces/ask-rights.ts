import type { PreparedCluster } from '../clusters/prepared.js';
import { pinnedKubectl, type KubectlTool } from '../kube/kubectl.js';
import type { Argv } from '../ports/runner.js';
import type { CallerRight } from './caller-rights.js';
import { accessReview, rightKey } from './driver-rights.js';
import { ask, type NamespaceSession } from './session.js';

const template =
  '{{with .spec.resourceAttributes}}{{.verb}} {{.resource}}{{with .subresource}}/{{.}}{{end}}{{with .group}}.{{.}}{{end}}{{end}} {{.status.allowed}}\n';

/** Asks for oneself, or as somebody else where one may. All questions go in one call, on its standard input. */
export function askRightsArgv(cluster: KubectlTool, as?: string): Argv {
  const who = as === undefined ? [] : [`--as=${as}`];
  return [...pinnedKubectl(cluster), ...who, 'create', '--filename=-', `--output=go-template=${template}`];
}

function rightsInput(rights: readonly CallerRight[], namespace: string): string {
  const items = rights.map((right) => accessReview(right, namespace));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** Those of the rights that whoever asks does not have. */
export async function findMissingRights<Right extends CallerRight>(
  session: NamespaceSession,
  namespace: string,
  rights: readonly Right[],
  as?: string,
): Promise<readonly Right[]> {
  const stdout = await ask(session, askRightsArgv(session.cluster, as), rightsInput(rights, namespace));
  const allowed = new Set(stdout.split('\n').flatMap((line) => (line.endsWith(' true') ? [line.slice(0, -5)] : [])));
  return rights.filter((right) => !allowed.has(rightKey(right)));
}

/** As Kubernetes names the account that jobs go by. */
export function accountName({ serviceAccount }: Pick<PreparedCluster, 'serviceAccount'>, namespace: string): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}
