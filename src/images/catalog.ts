import { basename, dirname } from 'node:path';
import type { DebianRoot } from './debian-root.js';
import type { ContextFile, ImageRecipe } from './recipe.js';

/** Absolute paths by program name, in folders named after tool, version and sources: TOOL/VERSION-FINGERPRINT/PROGRAM. */
export type ProgramPaths<Program extends string> = Readonly<Record<Program, string>>;

const nodePrograms = ['cri-dockerd', 'crictl', 'oci-runtime', 'kubeadm', 'kubectl', 'kubelet'] as const;
export type NodeProgram = (typeof nodePrograms)[number];

export type ControlPlaneProgram =
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kube-proxy'
  | 'etcd'
  | 'coredns'
  | 'pause'
  | 'storage-provisioner';

/** `kubeadm config images list` of Kubernetes 1.34.4, plus what minikube 1.38.1 adds. */
const imagesBesideKubernetes = {
  etcd: { name: 'registry.k8s.io/etcd', tag: '3.6.5-0', place: '/usr/local/bin/etcd' },
  'storage-provisioner': { name: 'gcr.io/k8s-minikube/storage-provisioner', tag: 'v5', place: '/storage-provisioner' },
  coredns: { name: 'registry.k8s.io/coredns/coredns', tag: 'v1.12.1' },
  pause: { name: 'registry.k8s.io/pause', tag: '3.10.1' },
} as const;

export function nodeRecipe(
  base: DebianRoot,
  kubernetesVersion: string,
  programs: ProgramPaths<NodeProgram>,
): ImageRecipe {
  return {
    name: 'node',
    folder: 'node',
    version: kubernetesVersion,
    args: { KUBERNETES_VERSION: kubernetesVersion },
    files: nodePrograms.map((program) => programFile(programs[program], program)),
    base,
  };
}

/** The images that kubeadm and minikube ask for, by their official names. */
export function controlPlaneRecipes(
  base: DebianRoot,
  kubernetesVersion: string,
  programs: ProgramPaths<ControlPlaneProgram>,
): readonly ImageRecipe[] {
  const { etcd, coredns, pause, 'storage-provisioner': provisioner } = imagesBesideKubernetes;
  const ofKubernetes = (['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const).map((program) =>
    programRecipe(program, programs[program], {
      name: `registry.k8s.io/${program}`,
      tag: kubernetesVersion,
      place: `/usr/local/bin/${program}`,
    }),
  );
  return [
    ...ofKubernetes,
    {
      ...ownFolderRecipe('kube-proxy', programs['kube-proxy'], {
        name: 'registry.k8s.io/kube-proxy',
        tag: kubernetesVersion,
      }),
      base,
    },
    programRecipe('etcd', programs.etcd, etcd),
    programRecipe('storage-provisioner', programs['storage-provisioner'], provisioner),
    ownFolderRecipe('coredns', programs.coredns, coredns),
    ownFolderRecipe('pause', programs.pause, pause),
  ];
}

export interface UnpackedSpark {
  readonly version: string;
  /** The unpacked package from PyPI. */
  readonly folder: string;
  readonly fingerprint: string;
}

/** The default version is named `spark`, others `spark-<version>`. */
export function sparkRecipe(base: DebianRoot, spark: UnpackedSpark, isDefault = true): ImageRecipe {
  return {
    name: isDefault ? 'spark' : `spark-${spark.version}`,
    folder: 'spark',
    version: spark.version,
    args: {},
    files: [{ from: spark.folder, to: 'spark-distribution', fingerprint: spark.fingerprint }],
    base,
  };
}

interface OfficialImage {
  readonly name: string;
  readonly tag: string;
}

function programRecipe(name: string, path: string, image: OfficialImage & { readonly place: string }): ImageRecipe {
  return {
    name,
    folder: 'control-plane',
    officialName: `${image.name}:${image.tag}`,
    version: image.tag,
    args: { PLACE: image.place },
    files: [programFile(path, 'program')],
  };
}

function ownFolderRecipe(name: string, path: string, image: OfficialImage): ImageRecipe {
  return {
    name,
    folder: name,
    officialName: `${image.name}:${image.tag}`,
    version: image.tag,
    args: {},
    files: [programFile(path, name)],
  };
}

function programFile(path: string, to: string): ContextFile {
  const version = dirname(path);
  return { from: path, to, fingerprint: [basename(dirname(version)), basename(version), basename(path)].join('/') };
}
