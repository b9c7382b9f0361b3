import { kubectl, type KubectlTool } from '../../kube/kubectl.js';
import { ownSelector } from '../../kube/labels.js';
import type { Argv } from '../../ports/runner.js';
import type { MinikubeProfile } from '../minikube/argv.js';
import type { RecreationTools } from './record.js';

/** All kinds that may be kept, and those needed to decide. Secrets are read separately, into their own file. */
const kinds = [
  'namespaces,serviceaccounts,configmaps,services,persistentvolumeclaims,persistentvolumes,roles,rolebindings',
  'networkpolicies,resourcequotas,limitranges,poddisruptionbudgets,horizontalpodautoscalers,ingresses',
  'deployments,statefulsets,daemonsets,replicasets,cronjobs,jobs,pods',
].join(',');

export function getAllArgv(tool: KubectlTool, what: string): Argv {
  return kubectl(tool).get(what, '--all-namespaces', '--output=json');
}

/** The second reads the cluster-wide rights, which are in no namespace. */
export function getObjectsArgvs(tool: KubectlTool): readonly [Argv, Argv] {
  return [
    getAllArgv(tool, kinds),
    kubectl(tool).get('clusterroles,clusterrolebindings', `--selector=${ownSelector}`, '--output=json'),
  ];
}

/** The commands that read the objects, Secrets included; each with the file for its output. */
export function listQuestions({
  kubectl: tool,
  plan,
  folder,
}: RecreationTools): readonly { readonly argv: Argv; readonly file: string }[] {
  const [everything, ownRights] = getObjectsArgvs(tool);
  return [
    { argv: everything, file: folder.objects },
    { argv: ownRights, file: folder.ownRights },
    ...plan.namespaces.map((namespace) => ({
      argv: kubectl(tool, namespace).get('secrets', '--output=json'),
      file: folder.secrets(namespace),
    })),
  ];
}

/** Runs programs inside the node, as root. */
export interface NodeAccess extends MinikubeProfile {
  readonly driver: string;
}

export function isContainer({ driver }: Pick<NodeAccess, 'driver'>): boolean {
  return driver === 'docker' || driver === 'podman';
}

function insideArgv(node: NodeAccess): Argv {
  if (isContainer(node)) return [node.driver, 'exec', '--interactive', node.profile];
  return [node.minikube, 'ssh', '--profile', node.profile, '--native-ssh=false', '--', 'sudo'];
}

/** Disk usage in bytes, one line for each directory. */
export function measureArgv(node: NodeAccess, paths: readonly string[]): Argv {
  return [...insideArgv(node), 'du', '--summarize', '--block-size=1', ...paths];
}

function tarArgv(node: NodeAccess, path: string, does: string, ...how: readonly string[]): Argv {
  return [...insideArgv(node), 'tar', does, '--file=-', ...how, `--directory=${path}`];
}

/** posix format: keeps fractions of a second and long names; sparse files stay sparse. */
export function packArgv(node: NodeAccess, path: string): Argv {
  const how = ['--format=posix', '--numeric-owner', '--sparse', '--sort=name'];
  return [...tarArgv(node, path, '--create', ...how), '.'];
}

export function unpackArgv(node: NodeAccess, path: string): Argv {
  return tarArgv(node, path, '--extract', '--numeric-owner', '--same-owner', '--preserve-permissions');
}

/** Compares contents, owners, modes, times and links of each file; with exit code 1 it lists the differences. */
export function compareArgv(node: NodeAccess, path: string): Argv {
  return tarArgv(node, path, '--compare', '--numeric-owner');
}
