/** A program that is built from its Go module if the machine has none: `toolchain/NAME` has its pins and checksums. */
export interface SourceTool {
  readonly name: SourceToolName;
  readonly version: string;
  readonly binaries: readonly string[];
  /** go's name for the binary, if it differs from ours. */
  readonly builtAs?: Readonly<Record<string, string>>;
  /** Linker stamps (`-X`); without them programs report "dev" or "v0.0.0-master" as their version. */
  readonly stamps: Readonly<Record<string, string>>;
  /** A small program of our own on the standard library: nothing to download, built within seconds, and others wait for it. */
  readonly isManaged?: true;
}

export type SourceToolName =
  | 'oci-runtime'
  | 'pause'
  | 'kubernetes'
  | 'minikube'
  | 'cri-dockerd'
  | 'coredns'
  | 'crictl'
  | 'etcd'
  | 'storage-provisioner'
  | 'skaffold'
  | 'k9s';

export const kubernetesVersion = 'v1.34.4';

const minikubeVersion = 'k8s.io/minikube/pkg/version';
const kubernetesStamp = 'k8s.io/component-base/version';

/** In the order in which others wait for them; long builds come early so that short ones fill the gaps. */
export const sourceTools: readonly SourceTool[] = [
  { name: 'oci-runtime', version: '1.0.0', binaries: ['oci-runtime'], stamps: {}, isManaged: true },
  { name: 'pause', version: '1.0.0', binaries: ['pause'], stamps: {}, isManaged: true },
  {
    name: 'kubernetes',
    version: kubernetesVersion,
    binaries: [
      'kube-apiserver',
      'kube-controller-manager',
      'kube-proxy',
      'kube-scheduler',
      'kubeadm',
      'kubectl',
      'kubelet',
    ],
    stamps: {
      [`${kubernetesStamp}.gitVersion`]: kubernetesVersion,
      [`${kubernetesStamp}.gitMajor`]: '1',
      [`${kubernetesStamp}.gitMinor`]: '34',
    },
  },
  {
    name: 'minikube',
    version: 'v1.38.1',
    binaries: ['minikube'],
    stamps: {
      [`${minikubeVersion}.version`]: 'v1.38.1',
      [`${minikubeVersion}.isoVersion`]: 'v1.38.0',
      [`${minikubeVersion}.storageProvisionerVersion`]: 'v5',
    },
  },
  {
    name: 'cri-dockerd',
    version: 'v0.3.17',
    binaries: ['cri-dockerd'],
    stamps: {
      'github.com/Mirantis/cri-dockerd/cmd/version.Version': '0.3.17',
      'github.com/Mirantis/cri-dockerd/cmd/version.GitCommit': 'v0.3.17',
    },
  },
  {
    name: 'coredns',
    version: 'v1.12.1',
    binaries: ['coredns'],
    stamps: { 'github.com/coredns/coredns/coremain.GitCommit': 'v1.12.1' },
  },
  {
    name: 'crictl',
    version: 'v1.34.0',
    binaries: ['crictl'],
    stamps: { 'sigs.k8s.io/cri-tools/pkg/version.Version': 'v1.34.0' },
  },
  {
    name: 'etcd',
    version: 'v3.6.5',
    binaries: ['etcd'],
    builtAs: { etcd: 'server' },
    stamps: { 'go.etcd.io/etcd/api/v3/version.GitSHA': 'v3.6.5' },
  },
  { name: 'storage-provisioner', version: 'v5', binaries: ['storage-provisioner'], stamps: {} },
  {
    name: 'skaffold',
    version: 'v2.16.1',
    binaries: ['skaffold'],
    stamps: { 'github.com/GoogleContainerTools/skaffold/v2/pkg/skaffold/version.version': 'v2.16.1' },
  },
];

/** Built only if a command needs them; a cluster does not. */
export const extraTools: readonly SourceTool[] = [
  {
    name: 'k9s',
    version: 'v0.50.9',
    binaries: ['k9s'],
    stamps: { 'github.com/derailed/k9s/cmd.version': 'v0.50.9' },
  },
];

export function sourceTool(name: SourceToolName): SourceTool {
  const found = [...sourceTools, ...extraTools].find((tool) => tool.name === name);
  if (found === undefined) throw new Error(`no source tool ${name}`);
  return found;
}
