import { renderKustomization, renderObjects } from '../../src/overlay/kustomize/render.js';
import { changed, configMap, overlay, replace, type KustomizeCase } from './kustomize-case.js';

/** What kustomize refuses, of which a typed value can still be made or a person can write. */
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
    name: 'folder-without-kustomization',
    files: overlay({ resources: ['one'] }, { 'one/a.yaml': renderObjects([configMap('a')]) }),
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
    name: 'object-without-name',
    files: overlay({ resources: ['a.yaml'] }, { 'a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n' }),
  },
  {
    name: 'object-without-kind',
    files: overlay({ resources: ['a.yaml'] }, { 'a.yaml': 'apiVersion: v1\nmetadata: { name: a }\n' }),
  },
  { name: 'broken-yaml', files: overlay({ resources: ['a.yaml'] }, { 'a.yaml': 'apiVersion: v1\nkind: [\n' }) },
  { name: 'unknown-field', files: { 'kustomization.yaml': 'namePrefx: x-\n' } },
  {
    name: 'kustomization-as-component',
    files: overlay({ components: ['one'] }, { 'one/kustomization.yaml': renderKustomization({ namePrefix: 'x-' }) }),
  },
  {
    name: 'component-as-resource',
    files: overlay({ resources: ['one'] }, { 'one/kustomization.yaml': renderKustomization({ kind: 'Component' }) }),
  },
  { name: 'merge-without-object', files: changed({ patches: [{ merge: configMap('nobody') }] }) },
  {
    name: 'operations-without-target',
    files: {
      ...changed({}),
      'kustomization.yaml': 'resources: [base]\npatches:\n  - patch: "[{op: remove, path: /spec}]"\n',
    },
  },
  {
    name: 'operation-unknown',
    files: {
      ...changed({}),
      'kustomization.yaml':
        'resources: [base]\npatches:\n  - target: {kind: Service}\n    patch: "[{op: drop, path: /spec}]"\n',
    },
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
  { name: 'patch-file-missing', files: changed({ patches: [{ path: 'nowhere.yaml' }] }) },
  { name: 'generator-without-name', files: overlay({ configMapGenerator: [{ name: '', literals: { a: '1' } }] }) },
  { name: 'generator-file-missing', files: overlay({ configMapGenerator: [{ name: 'a', files: ['nowhere'] }] }) },
  {
    name: 'generator-key-twice',
    files: overlay(
      { configMapGenerator: [{ name: 'a', files: ['x=app.env'], literals: { x: '1' } }] },
      { 'app.env': 'x=1\n' },
    ),
  },
  {
    name: 'generator-literal-without-value',
    files: { 'kustomization.yaml': 'configMapGenerator: [{name: a, literals: [alone]}]\n' },
  },
  {
    name: 'generator-merges-nothing',
    files: overlay({ configMapGenerator: [{ name: 'a', behavior: 'merge', literals: { x: '1' } }] }),
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
  {
    name: 'replacement-of-two-sources',
    files: changed({
      replacements: [
        { source: { name: 'nginx' }, targets: [{ select: { kind: 'Service' }, fieldPaths: ['metadata.name'] }] },
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
    name: 'replacement-into-nothing',
    files: changed({
      replacements: [
        { source: { kind: 'Service' }, targets: [{ select: { kind: 'Job' }, fieldPaths: ['metadata.name'] }] },
      ],
    }),
  },
];
