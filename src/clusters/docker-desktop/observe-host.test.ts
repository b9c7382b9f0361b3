import { describe, expect, it } from 'vitest';
import type { NodeFigures } from '../../kube/kubectl.js';
import { type DesktopHost, asksOf, refuseOtherDaemon, warnOf } from './observe-host.js';

const node: NodeFigures = {
  name: 'docker-desktop',
  ready: true,
  kubernetesVersion: 'v1.34.1',
  runtime: 'docker://28.5.1',
  allocatableCpu: '8',
  allocatableMemory: '8Gi',
};
const good: DesktopHost = {
  absent: undefined,
  isEnabled: true,
  nodes: [node],
  daemonName: 'docker-desktop',
  hasStandardStorage: false,
};
const titles = (ground: Partial<DesktopHost>, engineAnswers = true): readonly string[] =>
  asksOf({ ...good, ...ground }, engineAnswers).map(({ title }) => title);

describe('what only a person can do', () => {
  it('is nothing where a node is ready', () => {
    expect(titles({})).toEqual([]);
  });

  it.each([
    ['no daemon answers', titles({}, false), /start Docker Desktop/],
    ['there is no context', titles({ nodes: [], absent: 'no context', isEnabled: false }), /Enable Kubernetes/],
    ['nobody can tell', titles({ nodes: [], isEnabled: undefined }), /Enable Kubernetes/],
    ['it starts', titles({ nodes: [] }), /wait until/],
    ['its node is not ready', titles({ nodes: [{ ...node, ready: false }] }), /wait until/],
  ])('%s', (_what, said, expected) => {
    expect(said).toEqual([expect.stringMatching(expected)]);
  });
});

describe('the daemon', () => {
  it.each([
    ['of the same name', {}],
    ['of the same name in another case', { daemonName: 'Docker-Desktop' }],
    ['that does not answer', { daemonName: undefined }],
    ['beside nodes of kind', { daemonName: 'lovelace', nodes: [{ ...node, runtime: 'containerd://2.1.4' }] }],
  ])('%s is taken', (_what, ground) => {
    expect(() => {
      refuseOtherDaemon({ ...good, ...ground });
    }).not.toThrow();
  });

  it('of another machine is refused', () => {
    expect(() => {
      refuseOtherDaemon({ ...good, daemonName: 'lovelace' });
    }).toThrow('not the one that runs Docker Desktop');
  });
});

describe('what is worth a warning', () => {
  it.each([
    ['room enough', {}, {}, []],
    ['little room', { nodes: [{ ...node, allocatableMemory: '2Gi' }] }, {}, [/2\.0 GB, so keep jobs small/]],
    ['nobody knows', { nodes: [] }, {}, []],
    ['a size was asked for', {}, { cpus: 4 }, [/does not change the size/]],
    ['kind', { nodes: [{ ...node, runtime: 'containerd://2.1.4' }] }, {}, [/Use containerd/]],
  ])('%s', (_what, ground, request, expected) => {
    expect(warnOf({ ...good, ...ground }, request)).toEqual(
      expected.map((one) => expect.stringMatching(one) as string),
    );
  });
});
