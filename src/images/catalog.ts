import { basename, dirname } from 'node:path';
import type { ContextFile, ImageRecipe, DebianRoot } from './recipe.js';

/** Absolute paths by program name, in folders named after tool, version and sources: TOOL/VERSION-FINGERPRINT/PROGRAM. */
export type ProgramPaths<Program extends string> = Readonly<Record<Program, string>>;

const nodePrograms = ['cri-dockerd', 'crictl', 'oci-runtime', 'kubeadm', 'kubectl', 'kubelet'] as const;
export type NodeProgram = (typeof nodePrograms)[number];

/**
 * `kubeadm config images list` of Kubernetes 1.34.4, plus what minikube 1.38.1 adds. Without a tag, it is Kubernetes' version. An
 * image without the place of its program has a folder of its own.
 */
const controlPlane = [
  kubernetesImage('kube-apiserver'),
  kubernetesImage('kube-controller-manager'),
  kubernetesImage('kube-scheduler'),
  { program: 'kube-proxy', image: 'registry.k8s.io/kube-proxy' },
  { program: 'etcd', image: 'registry.k8s.io/etcd', tag: '3.6.5-0', place: '/usr/local/bin/etcd' },
  {
    program: 'storage-provisioner',
    image: 'gcr.io/k8s-minikube/storage-provisioner',
    tag: 'v5',
    place: '/storage-provisioner',
  },
  { program: 'coredns', image: 'registry.k8s.io/coredns/coredns', tag: 'v1.12.1' },
  { program: 'pause', image: 'registry.k8s.io/pause', tag: '3.10.1' },
] as const;
export type ControlPlaneProgram = (typeof controlPlane)[number]['program'];

function kubernetesImage<Program extends string>(program: Program) {
  return { program, image: `registry.k8s.io/${program}`, place: `/usr/local/bin/${program}` } as const;
}

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
  return controlPlane.map((one): ImageRecipe => {
    const { program, image } = one;
    const tag = 'tag' in one ? one.tag : kubernetesVersion;
    const named = { name: program, officialName: `${image}:${tag}`, version: tag };
    const path = programs[program];
    if ('place' in one)
      return { ...named, folder: 'control-plane', args: { PLACE: one.place }, files: [programFile(path, 'program')] };
    const recipe = { ...named, folder: program, args: {}, files: [programFile(path, program)] };
    return program === 'kube-proxy' ? { ...recipe, base } : recipe;
  });
}

export interface UnpackedSpark {
  readonly version: string;
  /** The unpacked package from PyPI. */
  readonly folder: string;
  readonly fingerprint: string;
}

/** The name that always means the Spark image of the last init, for manifests that are not made for one run. */
export const currentSparkImage = 'spark-dev/spark:current';

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

function programFile(path: string, to: string): ContextFile {
  const version = dirname(path);
  return { from: path, to, fingerprint: [basename(dirname(version)), basename(version), basename(path)].join('/') };
}
