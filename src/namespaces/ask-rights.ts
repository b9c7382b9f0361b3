import type { PreparedCluster } from '../clusters/prepared.js';
import { askKubectl, kubectl, listInput, type KubectlTool } from '../kube/kubectl.js';
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

/** The rights that the caller, or that account, lacks in the session's namespace. */
export async function findMissingRights<Right extends CallerRight>(
  session: NamespaceSession,
  rights: readonly Right[],
  as?: string,
): Promise<readonly Right[]> {
  const { cluster } = session;
  const input = listInput(rights.map((right) => accessReview(right, cluster.namespace)));
  const stdout = await askKubectl(session, askRightsArgv(cluster, as), { input, timeoutMs: answerWithinMs });
  const answers = stdout.split('\n');
  return rights.filter((right) => !answers.includes(`${rightKey(right)} true`));
}

/** Kubernetes' name for the service account of jobs. */
export function accountName({ serviceAccount, namespace }: PreparedCluster): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}
