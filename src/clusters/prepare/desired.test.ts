import { describe, expect, it } from 'vitest';
import { createFakeMachine } from '../../../test/fakes/fake-machine.js';
import { describeDesired, describeClusterState, renderClusterState, type DesiredCluster } from './desired.js';

async function describeHere(): Promise<DesiredCluster> {
  const { parts } = await createFakeMachine();
  return describeDesired(parts, {
    node: {
      minikube: { minikube: '/tools/minikube', profile: 'spark-dev' },
      size: undefined,
      settings: undefined,
      asRoot: true,
      mustReconfigure: false,
      beforeStart: [],
    },
    kubectl: { kubectl: '/tools/kubectl', kubeconfig: '/data/kubeconfig', context: 'spark-dev' },
    toolchain: '/package/toolchain',
    engineCommands: [['apt-get', 'install', 'docker.io']],
    awaitDns: ['true'],
    version: '0.1.0',
  });
}

describe('the cluster that is wanted', () => {
  it('has an image for each name that Kubernetes 1.34 and minikube ask for, and the node', async () => {
    expect([...(await describeHere()).nodeImages].sort()).toEqual(
      [
        'node',
        'kube-apiserver',
        'kube-controller-manager',
        'kube-scheduler',
        'kube-proxy',
        'etcd',
        'coredns',
        'pause',
        'storage-provisioner',
      ].sort(),
    );
  });

  it('knows for every image the tools inside it, and only tools that are built', async () => {
    const { images, tools } = await describeHere();
    const known = new Set(tools.map(({ name }) => name));
    expect(images.flatMap((image) => image.tools).filter((tool) => !known.has(tool))).toEqual([]);
    expect(images.find(({ name }) => name === 'node')?.tools).toEqual([
      'cri-dockerd',
      'crictl',
      'oci-runtime',
      'kubernetes',
    ]);
    expect(images.filter((image) => image.images.length > 0).map(({ name }) => name)).toEqual([
      'node',
      'kube-proxy',
      'spark',
      'spark-3.5.9',
    ]);
  });

  it('is another one when Spark, the rights or we ourselves are', async () => {
    const { parts } = await createFakeMachine();
    const record = renderClusterState(describeClusterState(parts, '0.1.0'));
    expect(renderClusterState(describeClusterState(parts, '0.2.0'))).not.toBe(record);
    expect(
      renderClusterState(describeClusterState({ ...parts, rights: { ...parts.rights, digest: 'other' } }, '0.1.0')),
    ).not.toBe(record);
    expect(
      renderClusterState(describeClusterState({ ...parts, spark: { ...parts.spark, reference: 'other' } }, '0.1.0')),
    ).not.toBe(record);
  });

  it('is the same in whatever order its record is read', () => {
    expect(renderClusterState({ b: '2', a: '1' })).toBe(renderClusterState({ a: '1', b: '2' }));
  });
});
