import type { ChildEnv } from '../../toolchain/tool-env.js';
import type { Argv } from '../../ports/runner.js';
import { profileName } from '../../kube/names.js';
import type { ClusterSize } from '../../kube/size.js';

export interface MinikubeProfile {
  readonly minikube: string;
  readonly profile: string;
}

/** With the environment that sets its home and kubeconfig. */
export interface MinikubeCluster extends MinikubeProfile {
  readonly env: ChildEnv;
}

/** Settings of the old profile that the new one keeps. */
export interface StartSettings {
  readonly driver: string;
  readonly containerRuntime: string;
  /** Other flags of `minikube start`. */
  readonly flags: readonly string[];
}

/** The node is a container, not a virtual machine. */
export function isContainer({ driver }: Pick<StartSettings, 'driver'>): boolean {
  return driver === 'docker' || driver === 'podman';
}

export interface StartSpec {
  /** Undefined for minikube's own default. */
  readonly nodeImage: string | undefined;
  readonly kubernetesVersion: string;
  /** Only for a new profile: minikube cannot resize an existing one, and keeps its size. */
  readonly size: ClusterSize | undefined;
  readonly settings?: StartSettings | undefined;
  /** minikube's docker driver refuses to run as root without --force. */
  readonly asRoot: boolean;
}

/** Always sets `--container-runtime=docker`: minikube 1.39 changed the default to containerd, where docker-env has no daemon. */
export function startArgv({ minikube, profile }: MinikubeProfile, { settings, size, ...spec }: StartSpec): Argv {
  return [
    ...[minikube, 'start', '-p', profile],
    `--driver=${settings?.driver ?? 'docker'}`,
    `--container-runtime=${settings?.containerRuntime ?? 'docker'}`,
    '--keep-context',
    ...(spec.asRoot ? ['--force'] : []),
    ...(spec.nodeImage === undefined ? [] : [`--base-image=${spec.nodeImage}`]),
    ...[`--kubernetes-version=${spec.kubernetesVersion}`, '--preload=false'],
    ...(size === undefined ? [] : sizeFlags(size)),
    ...(settings?.flags ?? []),
    ...['--interactive=false', '--output=json'],
  ];
}

function sizeFlags({ cpus, memoryMb, reserved }: ClusterSize): Argv {
  return [
    `--cpus=${String(cpus)}`,
    `--memory=${String(memoryMb)}mb`,
    ...(reserved === '' ? [] : [`--extra-config=kubelet.system-reserved=${reserved}`]),
  ];
}

/**
 * Makes the next start set up Kubernetes from its data again. A new container over the old volume lacks /etc/kubernetes, and
 * minikube 1.38.1 does not add it if the configuration in the volume is unchanged (restartPrimaryControlPlane in
 * https://github.com/kubernetes/minikube/blob/v1.38.1/pkg/minikube/bootstrapper/kubeadm/kubeadm.go).
 */
export function forgetConfigurationArgv(nodeImage: string): Argv {
  const file = '/var/tmp/minikube/kubeadm.yaml';
  const flags = ['--rm', '--network', 'none', '--volume', `${profileName}:/var`, '--entrypoint', 'rm'];
  return ['docker', 'run', ...flags, nodeImage, '-f', file];
}

/** Exit code 1 means that there is none. */
export const findVolumeArgv: Argv = ['docker', 'volume', 'inspect', profileName];

/** Asks the cluster's DNS, at kubeadm's fixed address, for the API server's name, which every job looks up first; exit code 1 means no answer. */
export const lookUpArgv: Argv = [
  ...['docker', 'exec', profileName, 'nslookup', '-timeout=1', '-retry=0'],
  ...['kubernetes.default.svc.cluster.local', '10.96.0.10'],
];

/** Stops the node as minikube does, for when minikube is missing or cannot read the profile. */
export const stopNodeArgv: Argv = ['docker', 'stop', '-t', '60', profileName];

const profileArgv =
  (verb: string, ...flags: readonly string[]) =>
  ({ minikube, profile }: MinikubeProfile): Argv => [minikube, verb, '-p', profile, ...flags];

export const stopArgv = profileArgv('stop');
export const unpauseArgv = profileArgv('unpause');
export const deleteArgv = profileArgv('delete');
export const statusArgv = profileArgv('status', '-o', 'json');
/** docker-env ignores `--output=json` (1.38.1); the shell `none` prints plain NAME=VALUE. */
export const dockerEnvArgv = profileArgv('docker-env', '--shell', 'none');

/** minikube 1.38.1 writes kubelet's extra-config as flags into this unit, again at each start (KubeletSystemdConfFile in pkg/minikube/bootstrapper/bsutil/files.go). */
const unit = '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf';

/** Puts the flag last, where minikube itself writes it. sed replaces the whole file. */
export function reserveArgv(reserved: string): Argv {
  const forget = 's/ --system-reserved=[^ ]*//';
  const put = `s/^ExecStart=\\/.*/& --system-reserved=${reserved}/`;
  return ['docker', 'exec', profileName, 'sed', '-i', reserved === '' ? forget : `${forget}; ${put}`, unit];
}

export const reloadUnitsArgv: Argv = ['docker', 'exec', profileName, 'systemctl', 'daemon-reload'];

/** Running containers continue. */
export const restartKubeletArgv: Argv = ['docker', 'exec', profileName, 'systemctl', 'restart', 'kubelet'];
