import { describe, expect, it } from 'vitest';
import type { DesiredCluster, PreparationStep } from './desired.js';
import type { InsideCluster, ObservedCluster } from './observe.js';
import { planCluster } from './plan.js';

const make = (id: string, needs: readonly string[] = [], work: PreparationStep['work'] = { kind: 'ask' }) => ({
  ...{ id, title: `Make ${id}`, why: 'it is missing', commands: [['make', id]], needs, work },
});

const tools = ['oci-runtime', 'kubernetes', 'minikube', 'etcd', 'skaffold'].map((name) => `tool:${name}`);
const images = ['debian', 'node', 'kube-proxy', 'etcd', 'spark'].map((name) => `image:${name}`);

const desired: DesiredCluster = {
  made: [
    ...tools.map((id) => make(id)),
    make('spark-files:4.3.0'),
    make('spark-files:3.5.9'),
    make('image:debian', ['engine']),
    make('image:node', ['engine', 'image:debian', 'tool:oci-runtime', 'tool:kubernetes']),
    make('image:kube-proxy', ['engine', 'image:debian', 'tool:kubernetes']),
    make('image:etcd', ['engine', 'tool:etcd']),
    make('image:spark', ['engine', 'spark-files:4.3.0', 'image:debian']),
    make('image:spark-3.5.9', ['engine', 'spark-files:3.5.9', 'image:debian']),
  ],
  hostTools: ['tool:minikube', 'tool:kubernetes', 'tool:skaffold'],
  nodeImages: ['image:node', 'image:kube-proxy', 'image:etcd'],
  sparkImage: 'image:spark',
  record: 'now',
  commands: {
    engine: [['apt-get', 'install']],
    unpause: [],
    start: [['minikube', 'start']],
    rights: [],
    deliver: [],
    record: [],
  },
};

const settled: InsideCluster = { missingObjects: [], rightsAreCurrent: true, hasSparkImage: true, record: 'now' };

const everything: ObservedCluster = {
  engineAnswers: true,
  present: new Set([...tools, 'spark-files:4.3.0', ...images]),
  profile: 'running',
  userEntry: 'there',
  inside: settled,
};

const nothing: ObservedCluster = {
  engineAnswers: false,
  present: new Set(),
  profile: 'absent',
  userEntry: 'absent',
  inside: undefined,
};

const inside = (part: Partial<InsideCluster>): Partial<ObservedCluster> => ({ inside: { ...settled, ...part } });
const without = (...gone: string[]): Partial<ObservedCluster> => ({
  present: new Set([...everything.present].filter((id) => !gone.includes(id))),
});
const afterStart = ['start', 'kubeconfig', 'rights', 'deliver', 'record'];

function plan(seen: Partial<ObservedCluster>, base = everything): readonly PreparationStep[] {
  return planCluster({ ...base, ...seen }, desired);
}

describe('what is left to do', () => {
  it.each<[string, Partial<ObservedCluster>, readonly string[]]>([
    ['nothing, when everything is there', {}, []],
    ['stopped', { profile: 'stopped', inside: undefined }, afterStart],
    ['its container gone', { profile: 'orphaned', inside: undefined }, afterStart],
    ['Kubernetes broken', { profile: 'broken', inside: undefined }, afterStart],
    ['paused', { profile: 'paused', inside: undefined }, afterStart],
    ['absent, all parts ready', { profile: 'absent', inside: undefined }, afterStart],
    ['Docker not running', { engineAnswers: false, profile: 'stopped', inside: undefined }, ['engine', ...afterStart]],
    ['the user has no entry', { userEntry: 'absent' }, ['kubeconfig']],
    ['the entry is old', { userEntry: 'stale' }, ['kubeconfig']],
    ['the namespace is gone', inside({ missingObjects: ['role/spark'], record: undefined }), ['rights', 'record']],
    ['the rights are another version', inside({ rightsAreCurrent: false, record: 'old' }), ['rights', 'record']],
    ['the Spark image is another', inside({ hasSparkImage: false, record: 'old' }), ['deliver', 'record']],
    [
      'the Spark image must be built too',
      { ...inside({ hasSparkImage: false }), ...without('image:spark') },
      ['image:spark', 'deliver', 'record'],
    ],
    [
      'not even Spark itself is there',
      {
        ...inside({ hasSparkImage: false }),
        ...without('image:spark', 'image:debian', 'spark-files:4.3.0'),
      },
      ['spark-files:4.3.0', 'image:debian', 'image:spark', 'deliver', 'record'],
    ],
    ['interrupted before the end', inside({ record: undefined }), ['record']],
    ['a tool of this machine is gone', without('tool:skaffold'), ['tool:skaffold']],
    ['a tool that only images hold is gone, and the images are there', without('tool:etcd', 'tool:oci-runtime'), []],
    ['an image for the start is gone while the cluster runs', without('image:node', 'image:etcd', 'image:debian'), []],
    [
      'an image for the start is gone and so is what it holds',
      {
        profile: 'stopped',
        inside: undefined,
        ...without('image:etcd', 'tool:etcd', 'tool:oci-runtime'),
      },
      ['tool:etcd', 'image:etcd', ...afterStart],
    ],
    [
      'the root of an image that is there is not needed',
      { profile: 'stopped', inside: undefined, ...without('image:debian') },
      afterStart,
    ],
  ])('%s', (_name, seen, ids) => {
    expect(plan(seen).map(({ id }) => id)).toEqual(ids);
  });

  it('everything, on a fresh machine', () => {
    expect(plan({}, nothing).map(({ id }) => id)).toEqual([
      'engine',
      ...tools,
      'spark-files:4.3.0',
      ...images,
      ...afterStart,
    ]);
  });
});

describe('the order', () => {
  const fresh = plan({}, nothing);
  const needsOf = (id: string): readonly string[] => fresh.find((step) => step.id === id)?.needs ?? ['no such step'];

  it('names only steps of the same plan, and those before', () => {
    for (const steps of [fresh, plan({ profile: 'stopped', inside: undefined }), plan(inside({ record: undefined }))]) {
      steps.forEach((step, index) => {
        const before = steps.slice(0, index).map(({ id }) => id);
        expect(before).toEqual(expect.arrayContaining([...step.needs]));
      });
    }
  });

  it('starts as soon as the node and the control plane are there, not waiting for Skaffold or Spark', () => {
    expect(needsOf('start')).toEqual([
      'engine',
      'tool:minikube',
      'tool:kubernetes',
      'image:node',
      'image:kube-proxy',
      'image:etcd',
    ]);
  });

  it('notes that all is done when all is done', () => {
    expect(needsOf('record')).toEqual([
      'start',
      'rights',
      'deliver',
      'tool:skaffold',
      'tool:minikube',
      'tool:kubernetes',
    ]);
  });

  it('says why for every step and shows its command', () => {
    expect(fresh.every(({ why }) => why.length > 0)).toBe(true);
    expect(fresh.find(({ id }) => id === 'tool:etcd')?.commands).toEqual([['make', 'tool:etcd']]);
  });
});
