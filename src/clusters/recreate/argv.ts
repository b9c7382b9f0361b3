import type { Argv } from '../../ports/runner.js';
import { kubectl, type KubectlTool } from '../../kube/kubectl.js';
import type { MinikubeProfile } from '../minikube/argv.js';
import { ownSelector } from '../../kube/labels.js';

/** Everything that may be worth keeping, and what tells what may not. Secrets are read apart, into a file of their own. */
const kinds = [
  'namespaces',
  'serviceaccounts',
  'configmaps',
  'services',
  'persistentvolumeclaims',
  'persistentvolumes',
  'roles',
  'rolebindings',
  'networkpolicies',
  'resourcequotas',
  'limitranges',
  'poddisruptionbudgets',
  'horizontalpodautoscalers',
  'ingresses',
  'deployments',
  'statefulsets',
  'daemonsets',
  'replicasets',
  'cronjobs',
  'jobs',
  'pods',
];

export function getEverythingArgv(tool: KubectlTool): Argv {
  return kubectl(tool).get(kinds.join(','), '--all-namespaces', '--output=json');
}

/** Beside all namespaces: rights that reach over the whole cluster. */
export function getOwnRightsArgv(tool: KubectlTool): Argv {
  return kubectl(tool).get('clusterroles,clusterrolebindings', `--selector=${ownSelector}`, '--output=json');
}

export function getClaimsArgv(tool: KubectlTool): Argv {
  return kubectl(tool).get('persistentvolumeclaims,persistentvolumes', '--all-namespaces', '--output=json');
}

export function getPodsArgv(tool: KubectlTool): Argv {
  return kubectl(tool).get('pods', '--all-namespaces', '--output=json');
}

export function getCustomKindsArgv(tool: KubectlTool): Argv {
  return kubectl(tool).get('customresourcedefinitions', '--output=name');
}

export function getSecretsArgv(tool: KubectlTool, namespace: string): Argv {
  return kubectl(tool, namespace).get('secrets', '--output=json');
}

/** How a program is run inside the node, as root. */
export interface NodeAccess extends MinikubeProfile {
  readonly driver: string;
}

function insideArgv({ driver, minikube, profile }: NodeAccess): Argv {
  if (driver === 'docker' || driver === 'podman') return [driver, 'exec', '--interactive', profile];
  return [minikube, 'ssh', '--profile', profile, '--native-ssh=false', '--', 'sudo'];
}

/** Bytes on the disk, one line a directory. */
export function measureArgv(node: NodeAccess, paths: readonly string[]): Argv {
  return [...insideArgv(node), 'du', '--summarize', '--block-size=1', ...paths];
}

/** posix: fractions of a second and long names survive; sparse files stay sparse. */
export function packArgv(node: NodeAccess, path: string): Argv {
  return [
    ...insideArgv(node),
    'tar',
    '--create',
    '--file=-',
    '--format=posix',
    '--numeric-owner',
    '--sparse',
    '--sort=name',
    `--directory=${path}`,
    '.',
  ];
}

export function unpackArgv(node: NodeAccess, path: string): Argv {
  return [
    ...insideArgv(node),
    'tar',
    '--extract',
    '--file=-',
    '--numeric-owner',
    '--same-owner',
    '--preserve-permissions',
    `--directory=${path}`,
  ];
}

/** Contents, owners, modes, times and links of each file; exit code 1 names those that differ. */
export function compareArgv(node: NodeAccess, path: string): Argv {
  return [...insideArgv(node), 'tar', '--compare', '--file=-', '--numeric-owner', `--directory=${path}`];
}

export function listImagesArgv(): Argv {
  return ['docker', 'image', 'ls', '--quiet', '--no-trunc'];
}

export function inspectImagesArgv(ids: readonly string[]): Argv {
  return ['docker', 'image', 'inspect', ...ids];
}

export function saveImagesArgv(references: readonly string[], file: string): Argv {
  return ['docker', 'save', '--output', file, ...references];
}

export function enableAddonArgv({ minikube, profile }: MinikubeProfile, addon: string): Argv {
  return [minikube, 'addons', 'enable', addon, '--profile', profile];
}

/** `CPUS×10⁹ BYTES` */
export function inspectLimitArgv({ driver, profile }: NodeAccess): Argv {
  return [driver, 'inspect', '--format', '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}}', profile];
}
