import { describe, expect, it } from 'vitest';
import type { ObservedDockerThings } from './minikube/docker-things.js';
import { classifyOwnership, type HomeIdentity } from './ownership.js';

const thing = { name: 'spark-dev', isLabelled: true };
const container = { ...thing, kind: 'container', id: 'c1', volumes: ['spark-dev', '/lib/modules'] } as const;
const volume = { ...thing, kind: 'volume', id: 'spark-dev', home: 'this', madeBy: '/this/data' } as const;
const network = { ...thing, kind: 'network', id: 'n1', attached: ['c1'] } as const;
const whole: ObservedDockerThings = { containers: [container], volumes: [volume], networks: [network] };
const me: HomeIdentity = { home: 'this', authorityIn: [], foreignAuthorityIn: [], network: undefined };

describe("what Docker holds is this home's", () => {
  it.each<[string, ObservedDockerThings, HomeIdentity]>([
    ['by the label of the volume', whole, me],
    [
      'by its authority, where an earlier version set no label',
      { ...whole, volumes: [{ ...volume, home: '' }] },
      { ...me, home: undefined, authorityIn: ['spark-dev'] },
    ],
  ])('%s: the container that mounts it, and the network that only this container has', (_name, seen, identity) => {
    const { verdict, ours, others } = classifyOwnership(seen, identity);
    expect(verdict).toBe('ours');
    expect(ours.map(({ kind }) => kind)).toEqual(['container', 'network', 'volume']);
    expect(others).toEqual([]);
  });

  it('also where only the volume is left', () => {
    expect(classifyOwnership({ containers: [], volumes: [volume], networks: [] }, me).verdict).toBe('ours');
  });
});

describe("what Docker holds is not this home's", () => {
  it.each<[string, ObservedDockerThings, HomeIdentity]>([
    ['its volume has the label of another home', { ...whole, volumes: [{ ...volume, home: 'other' }] }, me],
    [
      'another home labelled it, though the authority is the same',
      { ...whole, volumes: [{ ...volume, home: 'other' }] },
      { ...me, authorityIn: ['spark-dev'] },
    ],
    ['this home has no id', whole, { ...me, home: undefined }],
    ['nothing is labelled, and the authority is another', { ...whole, volumes: [{ ...volume, home: '' }] }, me],
    ['its authority is another, though the label is this home’s', whole, { ...me, foreignAuthorityIn: ['spark-dev'] }],
    ['neither has an id', { ...whole, volumes: [{ ...volume, home: '' }] }, { ...me, home: undefined }],
    ['the container is without its volume', { ...whole, volumes: [] }, me],
    [
      'the container of that name mounts something else',
      { ...whole, containers: [{ ...container, volumes: ['x'] }] },
      me,
    ],
    ['the container of that name is no node', { ...whole, containers: [{ ...container, isLabelled: false }] }, me],
  ])('%s', (_name, seen, identity) => {
    const { verdict, ours } = classifyOwnership(seen, identity);
    expect(verdict).toBe('foreign');
    expect(ours.map(({ kind }) => kind)).not.toContain('container');
  });

  it('a network with another container on it, running or not, stays', () => {
    const { verdict, others } = classifyOwnership({ ...whole, networks: [{ ...network, attached: ['c1', 'x'] }] }, me);
    expect([verdict, others.map(({ kind }) => kind)]).toEqual(['ours', ['network']]);
  });

  it("a network alone is nobody's, unless a deletion that was cut short noted it", () => {
    const alone: ObservedDockerThings = { containers: [], volumes: [], networks: [{ ...network, attached: [] }] };
    expect(classifyOwnership(alone, me)).toMatchObject({ verdict: 'absent', ours: [], others: [{ id: 'n1' }] });
    expect(classifyOwnership(alone, { ...me, network: 'n1' })).toMatchObject({
      verdict: 'absent',
      ours: [{ id: 'n1' }],
    });
    expect(classifyOwnership(alone, { ...me, network: 'n2' }).ours).toEqual([]);
  });
});
