import { describe, expect, it } from 'vitest';
import type { DesiredCluster } from './desired.js';
import type { InsideCluster, ObservedCluster } from './observe.js';
import { planCluster, type PreparationStep } from './plan.js';

const tools = ['oci-runtime', 'kubernetes', 'minikube', 'etcd', 'skaffold'];
const images = ['debian', 'node', 'kube-proxy', 'etcd', 'spark'];

const desired: DesiredCluster = {
  tools: tools.map((name) => ({ name, version: 'v1', commands: [['go', 'build', name]] })),
  hostTools: ['minikube', 'kubernetes', 'skaffold'],
  images: [
    { name: 'debian', tools: [], images: [], commands: [['mmdebstrap']] },
    { name: 'node', tools: ['oci-runtime', 'kubernetes'], images: ['debian'], commands: [['docker', 'build', 'node']] },
    { name: 'kube-proxy', tools: ['kubernetes'], images: ['debian'], commands: [] },
    { name: 'etcd', tools: ['etcd'], images: [], commands: [] },
    { name: 'spark', tools: [], images: ['debian'], commands: [], sparkVersion: '4.3.0' },
    { name: 'spark-3.5.9', tools: [], images: ['debian'], commands: [], sparkVersion: '3.5.9', isOptional: true },
  ],
  nodeImages: ['node', 'kube-proxy', 'etcd'],
  sparkImage: 'spark',
  record: 'now',
  commands: {
    engine: [['apt-get', 'install']],
    unpause: [],
    start: [['minikube', 'start']],
    kubeconfig: [],
    rights: [],
    deliver: [],
    record: [],
  },
};

const settled: InsideCluster = { missingObjects: [], rightsAreCurrent: true, hasSparkImage: true, record: 'now' };

const everything: ObservedCluster = {
  engineAnswers: true,
  presentTools: new Set(tools),
  presentImages: new Set(images),
  presentSparks: new Set(['4.3.0']),
  profile: 'running',
  userEntry: 'there',
  inside: settled,
};

const nothing: ObservedCluster = {
  engineAnswers: false,
  presentTools: new Set(),
  presentImages: new Set(),
  presentSparks: new Set<string>(),
  profile: 'absent',
  userEntry: 'absent',
  inside: undefined,
};

const inside = (part: Partial<InsideCluster>): Partial<ObservedCluster> => ({ inside: { ...settled, ...part } });
const without = (all: readonly string[], ...gone: string[]): ReadonlySet<string> =>
  new Set(all.filter((name) => !gone.includes(name)));
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
      { ...inside({ hasSparkImage: false }), presentImages: without(images, 'spark') },
      ['image:spark', 'deliver', 'record'],
    ],
    [
      'not even Spark itself is there',
      {
        ...inside({ hasSparkImage: false }),
        presentImages: without(images, 'spark', 'debian'),
        presentSparks: new Set<string>(),
      },
      ['spark-files:4.3.0', 'image:debian', 'image:spark', 'deliver', 'record'],
    ],
    ['interrupted before the end', inside({ record: undefined }), ['record']],
    ['a tool of this machine is gone', { presentTools: without(tools, 'skaffold') }, ['tool:skaffold']],
    [
      'a tool that only images hold is gone, and the images are there',
      { presentTools: without(tools, 'etcd', 'oci-runtime') },
      [],
    ],
    [
      'an image for the start is gone while the cluster runs',
      { presentImages: without(images, 'node', 'etcd', 'debian') },
      [],
    ],
    [
      'an image for the start is gone and so is what it holds',
      {
        profile: 'stopped',
        inside: undefined,
        presentImages: without(images, 'etcd'),
        presentTools: without(tools, 'etcd', 'oci-runtime'),
      },
      ['tool:etcd', 'image:etcd', ...afterStart],
    ],
    [
      'the root of an image that is there is not needed',
      { profile: 'stopped', inside: undefined, presentImages: without(images, 'debian') },
      afterStart,
    ],
  ])('%s', (_name, seen, ids) => {
    expect(plan(seen).map(({ id }) => id)).toEqual(ids);
  });

  it('everything, on a fresh machine', () => {
    expect(plan({}, nothing).map(({ id }) => id)).toEqual([
      'engine',
      ...tools.map((name) => `tool:${name}`),
      'spark-files:4.3.0',
      ...images.map((name) => `image:${name}`),
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

  it('compiles and fetches without waiting for Docker', () => {
    expect(fresh.filter(({ needs }) => needs.length === 0).map(({ id }) => id)).toEqual([
      'engine',
      ...tools.map((name) => `tool:${name}`),
      'spark-files:4.3.0',
    ]);
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

  it('builds an image when its root and its programs are there', () => {
    expect(needsOf('image:node')).toEqual(['engine', 'image:debian', 'tool:oci-runtime', 'tool:kubernetes']);
    expect(needsOf('image:spark')).toEqual(['engine', 'spark-files:4.3.0', 'image:debian']);
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
    expect(fresh.find(({ id }) => id === 'tool:etcd')?.commands).toEqual([['go', 'build', 'etcd']]);
  });
});
