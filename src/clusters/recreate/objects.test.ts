import { describe, expect, it } from 'vitest';
import { recorded } from '../../../test/fakes/fake-machine.js';
import {
  describeRestored,
  isKept,
  listKeptNamespaces,
  objectKey,
  parseObjectList,
  withoutTraces,
  type RawObject,
} from './objects.js';

const everything = parseObjectList(recorded('kubectl/get-everything').stdout);
const secrets = parseObjectList(recorded('kubectl/get-secrets').stdout);

function find(name: string): RawObject {
  const object = everything.find((one) => objectKey(one) === name);
  if (object === undefined) throw new Error(`no ${name}`);
  return object;
}

function object(kind: string, name: string, more: Partial<RawObject['metadata']> = {}): RawObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'spark', ...more } };
}

describe('our namespaces', () => {
  it('are the labelled ones and the one of jobs', () => {
    expect(listKeptNamespaces(everything)).toEqual(['spark', 'team-a']);
  });

  it('include every namespace with one of our claims, but never those of Kubernetes', () => {
    const claim = (namespace: string): RawObject =>
      object('PersistentVolumeClaim', 'c', { namespace, labels: { 'app.kubernetes.io/managed-by': 'spark-dev' } });
    const more = [...everything, claim('foreign'), claim('kube-system')];
    expect(listKeptNamespaces(more)).toEqual(['foreign', 'spark', 'team-a']);
  });
});

describe('what is put back', () => {
  const restored = describeRestored([...everything, ...secrets], ['spark', 'team-a']);
  const names = restored.map(objectKey);

  it('is all of our namespaces that nobody else makes', () => {
    expect(names).toEqual([
      'namespace/spark',
      'namespace/team-a',
      'serviceaccount/spark/spark',
      'secret/team-a/token',
      'configmap/team-a/owned',
      'persistentvolumeclaim/spark/odd-owners',
      'persistentvolumeclaim/spark/spark-events',
      'persistentvolumeclaim/team-a/notes',
      'role/spark/spark',
      'service/team-a/headless',
      'service/team-a/plain',
      'rolebinding/spark/spark',
      'deployment/team-a/sleeper',
      'statefulset/team-a/keeper',
      'daemonset/team-a/everywhere',
      'cronjob/team-a/nightly',
    ]);
  });

  it('leaves out what ends with its pod or Job, what is being deleted, and tokens of service accounts', () => {
    const owned = (kind: string): RawObject => object('ConfigMap', 'c', { ownerReferences: [{ kind, name: 'o' }] });
    expect(isKept(owned('Pod'), ['spark'])).toBe(false);
    expect(isKept(owned('Job'), ['spark'])).toBe(false);
    expect(isKept(owned('Deployment'), ['spark'])).toBe(true);
    expect(isKept(object('ConfigMap', 'c', { deletionTimestamp: '2026-01-01T00:00:00Z' }), ['spark'])).toBe(false);
    const token = { ...object('Secret', 'default-token'), type: 'kubernetes.io/service-account-token' };
    expect(isKept(token, ['spark'])).toBe(false);
  });

  it('takes rights beside all namespaces only when they are ours', () => {
    const rights: RawObject = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'r' },
    };
    expect(isKept(rights, ['spark'])).toBe(false);
    const ours = { ...rights, metadata: { name: 'r', labels: { 'app.kubernetes.io/managed-by': 'spark-dev' } } };
    expect(isKept(ours, ['spark'])).toBe(true);
  });
});

describe('without traces of the old cluster', () => {
  it('nothing says who or where it was', () => {
    const text = JSON.stringify(describeRestored([...everything, ...secrets], ['spark', 'team-a']));
    expect(text).not.toMatch(/"(uid|resourceVersion|creationTimestamp|ownerReferences|status|generation)":/);
    expect(text).not.toMatch(/"volumeName"|bind-completed|bound-by-controller|storage-provisioner"|pvc-protection/);
  });

  it('a service loses its address, and a headless one stays headless', () => {
    expect(find('service/team-a/plain').spec).toHaveProperty('clusterIP');
    expect(withoutTraces(find('service/team-a/plain')).spec).not.toHaveProperty('clusterIP');
    expect(withoutTraces(find('service/team-a/plain')).spec).not.toHaveProperty('clusterIPs');
    expect(withoutTraces(find('service/team-a/headless')).spec).toMatchObject({ clusterIP: 'None' });
  });

  it('a claim keeps its wish and loses its volume', () => {
    const claim = withoutTraces(find('persistentvolumeclaim/team-a/notes'));
    expect(claim.spec).toMatchObject({ resources: { requests: { storage: '1Gi' } }, storageClassName: 'standard' });
    expect(claim.metadata.labels).toEqual({ 'app.kubernetes.io/managed-by': 'spark-dev' });
  });
});
