import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { controlPlaneRecipes, nodeRecipe, sparkRecipe } from './catalog.js';
import { listCacheFiles } from './minikube-cache.js';
import { planImage, planDebianRoot } from './recipe.js';

const root = planDebianRoot({ archive: 'http://a.example', security: 'http://s.example', proxy: undefined }, '/data');
const tool = (name: string): string => `/data/tools/tool/v1-abc/${name}`;
const controlPlane = controlPlaneRecipes(root, 'v1.34.4', {
  'kube-apiserver': tool('kube-apiserver'),
  'kube-controller-manager': tool('kube-controller-manager'),
  'kube-scheduler': tool('kube-scheduler'),
  'kube-proxy': tool('kube-proxy'),
  etcd: tool('etcd'),
  coredns: tool('coredns'),
  pause: tool('pause'),
  'storage-provisioner': tool('storage-provisioner'),
});
const node = nodeRecipe(root, 'v1.34.4', {
  'cri-dockerd': tool('cri-dockerd'),
  crictl: tool('crictl'),
  'oci-runtime': tool('oci-runtime'),
  kubeadm: tool('kubeadm'),
  kubectl: tool('kubectl'),
  kubelet: tool('kubelet'),
});
const spark = sparkRecipe(root, { version: '4.3.0', folder: '/cache/spark/4.3.0', fingerprint: 'pyspark-4.3.0' });

it('lays every image and binary where minikube 1.38.1 looks for it', () => {
  const images = [...controlPlane, node].map((recipe) => planImage(recipe, 'digest', '/data'));
  const binaries = { kubeadm: tool('kubeadm'), kubectl: tool('kubectl'), kubelet: tool('kubelet') };
  const files = listCacheFiles({
    minikubeHome: '/home',
    arch: 'amd64',
    kubernetesVersion: 'v1.34.4',
    binaries,
    images,
  });
  // Recorded with `find $MINIKUBE_HOME/.minikube/cache -type f` after a start that downloaded nothing.
  expect(files.map(({ to }) => to.replace('/home/.minikube/cache/', '')).sort()).toEqual([
    'images/amd64/gcr.io/k8s-minikube/storage-provisioner_v5',
    'images/amd64/registry.k8s.io/coredns/coredns_v1.12.1',
    'images/amd64/registry.k8s.io/etcd_3.6.5-0',
    'images/amd64/registry.k8s.io/kube-apiserver_v1.34.4',
    'images/amd64/registry.k8s.io/kube-controller-manager_v1.34.4',
    'images/amd64/registry.k8s.io/kube-proxy_v1.34.4',
    'images/amd64/registry.k8s.io/kube-scheduler_v1.34.4',
    'images/amd64/registry.k8s.io/pause_3.10.1',
    'linux/amd64/v1.34.4/kubeadm',
    'linux/amd64/v1.34.4/kubectl',
    'linux/amd64/v1.34.4/kubelet',
  ]);
});

it.each([...controlPlane, node, spark])(
  '$name has a Dockerfile that copies all that the recipe brings',
  async (recipe) => {
    const folder = join(createFakeHost().directories.package, 'images', recipe.folder);
    const copied = [...(await readFile(join(folder, 'Dockerfile'), 'utf8')).matchAll(/^COPY (?!--from)(.*) \S+$/gm)]
      .flatMap(([, sources = '']) => sources.split(' '))
      .map((source) => source.split('/')[0]);
    expect(copied).toEqual(expect.arrayContaining(recipe.files.map(({ to }) => to)));
  },
);

it('tells programs apart by the folder that names their version and sources', () => {
  expect(controlPlane.find(({ name }) => name === 'etcd')?.files).toEqual([
    { from: tool('etcd'), to: 'program', fingerprint: 'tool/v1-abc/etcd' },
  ]);
});
