import { describe, expect, it } from 'vitest';
import { createFakeMachine } from '../../../test/fakes/fake-machine.js';
import { describeDesired, describeClusterState, renderClusterState, type DesiredCluster } from './desired.js';

async function describeHere(): Promise<DesiredCluster> {
  const { parts } = await createFakeMachine();
  return describeDesired(parts, {
    node: { unpause: [], start: [] },
    kubectl: { kubectl: '/tools/kubectl', kubeconfig: '/data/kubeconfig', context: 'spark-dev' },
    toolchain: '/package/toolchain',
    engineCommands: [['apt-get', 'install', 'docker.io']],
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
      ]
        .map((name) => `image:${name}`)
        .sort(),
    );
  });

  it('makes everything after what it needs: tools and files without waiting for Docker, images with it', async () => {
    const { made } = await describeHere();
    made.forEach(({ id, needs }, index) => {
      const before = made.slice(0, index).map((step) => step.id);
      expect([...before, 'engine'], id).toEqual(expect.arrayContaining([...needs]));
    });
    expect(made.filter(({ needs }) => needs.length === 0).every(({ id }) => /^(tool|spark-files):/.test(id))).toBe(
      true,
    );
    expect(made.find(({ id }) => id === 'tool:etcd')?.commands[0]?.slice(0, 2)).toEqual(['go', 'build']);
  });

  it('builds an image when its root and its programs are there', async () => {
    const { made } = await describeHere();
    const needsOf = (id: string): readonly string[] | undefined => made.find((step) => step.id === id)?.needs;
    expect(needsOf('image:node')).toEqual([
      'engine',
      'image:debian',
      'tool:cri-dockerd',
      'tool:crictl',
      'tool:oci-runtime',
      'tool:kubernetes',
    ]);
    expect(needsOf('image:spark')).toEqual(['engine', 'spark-files:4.3.0', 'image:debian']);
    expect(needsOf('image:etcd')).toEqual(['engine', 'tool:etcd']);
    expect(made.flatMap(({ id, needs }) => (needs.includes('image:debian') ? [id] : []))).toEqual([
      'image:node',
      'image:kube-proxy',
      'image:spark',
      'image:spark-3.5.9',
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
