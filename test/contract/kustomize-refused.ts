import { changed, configMap, overlay, replace, type KustomizeCase } from './kustomize-case.js';
import { renderKustomization, renderObjects } from '../../src/overlay/kustomize/kustomization.js';

/** One for each form of words in which kustomize refuses something. */
export const refusedCases: readonly KustomizeCase[] = [
  { name: 'absolute-file', files: overlay({ resources: ['/etc/hostname'] }) },
  { name: 'missing-file', files: overlay({ resources: ['nowhere.yaml'] }) },
  {
    name: 'file-outside-its-folder',
    files: overlay(
      { resources: ['one'] },
      {
        'one/kustomization.yaml': renderKustomization({ resources: ['../a.yaml'] }),
        'a.yaml': renderObjects([configMap('a')]),
      },
    ),
  },
  {
    name: 'two-kustomizations',
    files: overlay(
      { resources: ['a.yaml'] },
      {
        'kustomization.yml': renderKustomization({ resources: ['a.yaml'] }),
        'a.yaml': renderObjects([configMap('a')]),
      },
    ),
  },
  {
    name: 'circle',
    files: overlay({ resources: ['one'] }, { 'one/kustomization.yaml': renderKustomization({ resources: ['../'] }) }),
  },
  {
    name: 'same-object-twice',
    files: overlay(
      { resources: ['a.yaml', 'b.yaml'] },
      { 'a.yaml': renderObjects([configMap('a')]), 'b.yaml': renderObjects([configMap('a')]) },
    ),
  },
  {
    name: 'object-without-kind',
    files: overlay({ resources: ['a.yaml'] }, { 'a.yaml': 'apiVersion: v1\nmetadata: { name: a }\n' }),
  },
  { name: 'broken-yaml', files: overlay({ resources: ['a.yaml'] }, { 'a.yaml': 'apiVersion: v1\nkind: [\n' }) },
  { name: 'unknown-field', files: { 'kustomization.yaml': 'namePrefx: x-\n' } },
  { name: 'merge-without-object', files: changed({ patches: [{ merge: configMap('nobody') }] }) },
  {
    name: 'operation-unknown',
    files: {
      ...changed({}),
      'kustomization.yaml':
        'resources: [base]\npatches:\n  - target: {kind: Service}\n    patch: "[{op: drop, path: /spec}]"\n',
    },
  },
  {
    name: 'older-patch-missing',
    files: { ...changed({}), 'kustomization.yaml': 'resources: [base]\npatchesStrategicMerge: [gone.yaml]\n' },
  },
  {
    name: 'patches-as-strings',
    files: { ...changed({}), 'kustomization.yaml': 'resources: [base]\npatches: [more.yaml]\n' },
  },
  {
    name: 'patch-and-path',
    files: changed(
      {},
      {
        'patch.yaml': '[]\n',
        'kustomization.yaml':
          'resources: [base]\npatches:\n  - target: {kind: Service}\n    path: patch.yaml\n    patch: "[]"\n',
      },
    ),
  },
  {
    name: 'generator-makes-one-that-is-there',
    files: overlay(
      { resources: ['a.yaml'], configMapGenerator: [{ name: 'a', literals: { x: '1' } }] },
      { 'a.yaml': renderObjects([configMap('a')]) },
    ),
  },
  {
    name: 'replacement-without-source',
    files: changed({
      replacements: [
        { source: { kind: 'Secret' }, targets: [{ select: { kind: 'Service' }, fieldPaths: ['metadata.name'] }] },
      ],
    }),
  },
];

/** What kustomize takes without a word and nobody can have meant. */
export const silentCases: readonly KustomizeCase[] = [
  {
    name: 'target-that-matches-nothing',
    files: changed({
      patches: [{ target: { kind: 'Deployment', name: 'ngnix' }, operations: [replace('/spec/replicas', 3)] }],
    }),
  },
  {
    name: 'older-target-that-matches-nothing',
    files: {
      ...changed({}),
      'kustomization.yaml':
        'resources: [base]\npatchesJson6902:\n  - target: {version: v1, kind: Service, name: ngnix}\n    patch: |-\n      - {op: replace, path: /spec/x, value: 1}\n',
    },
  },
  {
    name: 'replacement-into-nothing',
    files: changed({
      replacements: [
        { source: { kind: 'Service' }, targets: [{ select: { kind: 'Job' }, fieldPaths: ['metadata.name'] }] },
      ],
    }),
  },
  {
    name: 'target-in-a-component-that-matches-nothing',
    files: changed(
      { components: ['scaled'] },
      {
        'scaled/kustomization.yaml': renderKustomization({
          kind: 'Component',
          patches: [{ target: { kind: 'StatefulSet' }, operations: [replace('/spec/replicas', 5)] }],
        }),
      },
    ),
  },
];
