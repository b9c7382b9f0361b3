import { describe, expect, it } from 'vitest';
import { fakeObject } from '../../test/fakes/fake-objects.js';
import type { ListedObject } from '../ports/kube.js';
import { deleteObjectsArgv, listClusterObjects } from './cluster-object.js';

const tool = { kubectl: 'kubectl', kubeconfig: '/k', context: 'spark-dev' };

describe('the objects of a cluster', () => {
  it('are read from what the API server lists', async () => {
    const pod = {
      metadata: {
        namespace: 'spark',
        name: 'x-driver',
        uid: 'u1',
        ownerReferences: ['u0', 'u9'].map((uid) => ({ apiVersion: 'v1', kind: 'Pod', name: uid, uid })),
        labels: { 'spark-dev/run': 'x' },
      },
      spec: {
        volumes: [{ name: 'tmp' }, { name: 'events', persistentVolumeClaim: { claimName: 'spark-events' } }],
      },
    };
    const claim = {
      metadata: { namespace: 'spark', name: 'spark-events', uid: 'u2' },
      spec: { resources: { requests: { storage: '2Gi' } } },
    };
    const namespace = { metadata: { name: 'spark', uid: 'u3', annotations: { 'spark-dev/home-folder': '/data' } } };
    const lists = new Map<string, readonly ListedObject[]>(
      Object.entries({ pods: [pod], persistentvolumeclaims: [claim], namespaces: [namespace] }).map(([name, items]) => [
        `api/v1/${name}`,
        items,
      ]),
    );
    const found = await listClusterObjects({
      listObjects: (resources) => Promise.resolve(resources.map((resource) => lists.get(resource) ?? [])),
    });
    expect(found).toEqual([
      fakeObject('pod', 'x-driver', {
        uid: 'u1',
        owners: ['u0', 'u9'],
        labels: { 'spark-dev/run': 'x' },
        claims: ['spark-events'],
      }),
      fakeObject('persistentvolumeclaim', 'spark-events', { uid: 'u2', storage: '2Gi' }),
      fakeObject('namespace', 'spark', { namespace: '', uid: 'u3', madeBy: '/data' }),
    ]);
  });

  it('are deleted by name, in their namespace', () => {
    const objects = [
      fakeObject('pod', 'a', { namespace: 'team' }),
      fakeObject('configmap', 'b', { namespace: 'team' }),
    ];
    expect(deleteObjectsArgv(tool, objects, ['--wait=true']).slice(3)).toEqual([
      '--namespace=team',
      'delete',
      'pod/a',
      'configmap/b',
      '--ignore-not-found',
      '--wait=true',
    ]);
  });
});
