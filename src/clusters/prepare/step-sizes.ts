import type { Step } from './plan.js';
import { showBytes } from '../../text/sizes.js';

/** What a step leaves on the disk, MB, measured on linux/amd64 with the versions of November 2026: a hint and nothing more. */
const stepSizesMb: Readonly<Record<string, number>> = {
  'tool:coredns': 50,
  'tool:cri-dockerd': 50,
  'tool:crictl': 27,
  'tool:etcd': 26,
  'tool:kubernetes': 534,
  'tool:minikube': 96,
  'tool:oci-runtime': 3,
  'tool:pause': 2,
  'tool:skaffold': 104,
  'tool:storage-provisioner': 36,
  'image:coredns': 50,
  'image:debian': 129,
  'image:etcd': 26,
  'image:kube-apiserver': 98,
  'image:kube-controller-manager': 89,
  'image:kube-proxy': 75,
  'image:kube-scheduler': 70,
  'image:node': 806,
  'image:pause': 2,
  'image:spark': 858,
  'image:storage-provisioner': 36,
};

export function sizeOfStep({ id }: Pick<Step, 'id'>): number | undefined {
  return stepSizesMb[id];
}

/** What is to come, in one line; the time is that of a machine which never did it before. */
export function sumUpInstallation(steps: readonly Step[], isFirstTime: boolean): readonly string[] {
  const sizeMb = steps.reduce((sum, step) => sum + (sizeOfStep(step) ?? 0), 0);
  const fromSource = steps.filter((step) => step.commands.some(([program]) => program === 'go')).length;
  return [
    ...(sizeMb === 0 ? [] : [`  That leaves about ${showBytes(sizeMb * 1e6)} on the disk.`]),
    ...(isFirstTime && fromSource > 1
      ? [
          `  ${String(fromSource)} programs are built from source: 15 to 30 minutes on 2 CPUs, and up to 17 GB of caches.`,
        ]
      : []),
  ];
}
