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

const minikubeStamp = 'k8s.io/minikube/pkg/version';
const kubernetesStamp = 'k8s.io/component-base/version';

const kubernetesBinaries = [
  ...['kube-apiserver', 'kube-controller-manager', 'kube-proxy', 'kube-scheduler'],
  ...['kubeadm', 'kubectl', 'kubelet'],
];

/** With one binary of its own name, unless `rest` has others. */
function tool(
  name: SourceToolName,
  version: string,
  stamps: SourceTool['stamps'] = {},
  rest: Partial<SourceTool> = {},
): SourceTool {
  return { name, version, binaries: [name], stamps, ...rest };
}

/** In the order in which others wait for them; long builds come early so that short ones fill the gaps. */
export const sourceTools: readonly SourceTool[] = [
  tool('oci-runtime', '1.0.0', {}, { isManaged: true }),
  tool('pause', '1.0.0', {}, { isManaged: true }),
  tool(
    'kubernetes',
    kubernetesVersion,
    {
      [`${kubernetesStamp}.gitVersion`]: kubernetesVersion,
      [`${kubernetesStamp}.gitMajor`]: '1',
      [`${kubernetesStamp}.gitMinor`]: '34',
    },
    { binaries: kubernetesBinaries },
  ),
  tool('minikube', 'v1.38.1', {
    [`${minikubeStamp}.version`]: 'v1.38.1',
    [`${minikubeStamp}.isoVersion`]: 'v1.38.0',
    [`${minikubeStamp}.storageProvisionerVersion`]: 'v5',
  }),
  tool('cri-dockerd', 'v0.3.17', {
    'github.com/Mirantis/cri-dockerd/cmd/version.Version': '0.3.17',
    'github.com/Mirantis/cri-dockerd/cmd/version.GitCommit': 'v0.3.17',
  }),
  tool('coredns', 'v1.12.1', { 'github.com/coredns/coredns/coremain.GitCommit': 'v1.12.1' }),
  tool('crictl', 'v1.34.0', { 'sigs.k8s.io/cri-tools/pkg/version.Version': 'v1.34.0' }),
  tool('etcd', 'v3.6.5', { 'go.etcd.io/etcd/api/v3/version.GitSHA': 'v3.6.5' }, { builtAs: { etcd: 'server' } }),
  tool('storage-provisioner', 'v5'),
  tool('skaffold', 'v2.16.1', {
    'github.com/GoogleContainerTools/skaffold/v2/pkg/skaffold/version.version': 'v2.16.1',
  }),
];

/** Built only if a command needs them; a cluster does not. */
export const extraTools: readonly SourceTool[] = [
  tool('k9s', 'v0.50.9', { 'github.com/derailed/k9s/cmd.version': 'v0.50.9' }),
];

export function sourceTool(name: SourceToolName): SourceTool {
  const found = [...sourceTools, ...extraTools].find((one) => one.name === name);
  if (found === undefined) throw new Error(`no source tool ${name}`);
  return found;
}

/** Below zero if left is older. A pre-release counts as its release; a leading v and build metadata are ignored. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parts(left), parts(right)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function minorOf(version: string): number {
  return parts(version)[1] ?? 0;
}

export function majorOf(version: string): number {
  return parts(version)[0] ?? 0;
}

function parts(version: string): number[] {
  const numbers = /^v?(\d+(?:\.\d+)*)/.exec(version.trim())?.[1] ?? '0';
  return numbers.split('.').map(Number);
}

/** Source of a cluster's tools and images: official releases and images, or built from package registries. */
export type Source = 'upstream' | 'registries';

/** `auto` tries both and uses the one that answers. */
export const sourceRequests = ['auto', 'upstream', 'registries'] as const;
export type SourceRequest = (typeof sourceRequests)[number];
