import type { RawObject } from '../../src/clusters/recreate/objects.js';

const own = { 'app.kubernetes.io/managed-by': 'spark-dev' };

function claimOf(namespace: string, name: string): readonly RawObject[] {
  const path = `/tmp/hostpath-provisioner/${namespace}/${name}`;
  return [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace, labels: own, uid: `uid-of-${name}` },
      spec: { volumeName: `pvc-${namespace}-${name}` },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `pvc-${namespace}-${name}` },
      spec: { hostPath: { path } },
    },
  ];
}

/** Two of our namespaces with a claim each, a Secret, and workloads. */
export const filling: readonly RawObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'spark', labels: own } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels: own } },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
  ...claimOf('spark', 'spark-events'),
  ...claimOf('team', 'notes'),
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', namespace: 'team' }, data: { key: 'c2VudGluZWw=' } },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'history', namespace: 'team', uid: 'old' },
    spec: { replicas: 3 },
  },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', namespace: 'team' },
    spec: { suspend: false },
  },
];
