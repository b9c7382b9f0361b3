import { generatorCases } from './kustomize-generators.js';
import { changed, configMap, overlay, replace, type KustomizeCase } from './kustomize-case.js';
import { renderKustomization, renderObjects } from '../../src/overlay/kustomize/kustomization.js';

/** After the pages of https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/, one or two for each field that we write. */
export const acceptedCases: readonly KustomizeCase[] = [
  {
    name: 'resources-several-documents',
    files: overlay({ resources: ['a.yaml'] }, { 'a.yaml': renderObjects([configMap('a'), configMap('b')]) }),
  },
  {
    name: 'resources-two-bases',
    files: overlay(
      { resources: ['one', 'two'] },
      {
        'one/kustomization.yaml': renderKustomization({ resources: ['a.yaml'], nameSuffix: '-one' }),
        'one/a.yaml': renderObjects([configMap('a')]),
        'two/kustomization.yaml': renderKustomization({ resources: ['a.yaml'], nameSuffix: '-two' }),
        'two/a.yaml': renderObjects([configMap('a')]),
      },
    ),
  },
  {
    name: 'resources-sibling-folder',
    files: overlay(
      { resources: ['one'] },
      {
        'one/kustomization.yaml': renderKustomization({ resources: ['../two'] }),
        'two/kustomization.yaml': renderKustomization({ resources: ['a.yaml'] }),
        'two/a.yaml': renderObjects([configMap('a')]),
      },
    ),
  },
  { name: 'namespace', files: changed({ namespace: 'my-namespace' }) },
  { name: 'name-prefix-and-suffix', files: changed({ namePrefix: 'overlook-', nameSuffix: '-v2' }) },
  { name: 'labels', files: changed({ labels: [{ pairs: { someName: 'someValue', owner: 'alice' } }] }) },
  { name: 'labels-in-templates', files: changed({ labels: [{ pairs: { owner: 'alice' }, includeTemplates: true }] }) },
  { name: 'labels-in-selectors', files: changed({ labels: [{ pairs: { owner: 'alice' }, includeSelectors: true }] }) },
  { name: 'annotations', files: changed({ commonAnnotations: { 'example.com/oncall': '1: [a, "b"]\n#' } }) },
  { name: 'images-tag', files: changed({ images: [{ name: 'nginx', newTag: '1.29' }] }) },
  {
    name: 'images-name-and-digest',
    files: changed({
      images: [{ name: 'nginx', newName: 'registry.example:5000/my/nginx', digest: `sha256:${'a'.repeat(64)}` }],
    }),
  },
  {
    name: 'patches-merge',
    files: changed({
      patches: [
        {
          merge: {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'nginx' },
            spec: { template: { spec: { containers: [{ name: 'nginx', env: [{ name: 'MORE', value: 'yes' }] }] } } },
          },
        },
      ],
    }),
  },
  {
    name: 'patches-merge-deletes',
    files: changed({
      patches: [{ merge: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'nginx' }, $patch: 'delete' } }],
    }),
  },
  {
    name: 'patches-deletes-by-target',
    files: changed(
      { patches: [{ path: 'delete.yaml', target: { kind: 'Service' } }] },
      { 'delete.yaml': '$patch: delete\napiVersion: v1\nkind: Any\nmetadata: { name: any }\n' },
    ),
  },
  {
    name: 'patches-merge-by-target',
    files: changed({
      patches: [
        {
          merge: { apiVersion: 'v1', kind: 'Any', metadata: { name: 'any', annotations: { patched: 'yes' } } },
          target: { kind: 'Deployment|Service' },
        },
      ],
    }),
  },
  {
    name: 'patches-operations',
    files: changed({
      patches: [
        {
          target: { group: 'apps', version: 'v1', kind: 'Deployment', name: 'nginx' },
          operations: [
            { op: 'test', path: '/spec/replicas', value: 1 },
            replace('/spec/replicas', 3),
            { op: 'add', path: '/spec/template/spec/containers/0/args', value: ['$(HOME)', '- x', '{a: b}', '', '1'] },
            { op: 'copy', from: '/metadata/name', path: '/spec/template/spec/hostname' },
            { op: 'remove', path: '/spec/template/spec/containers/0/env' },
          ],
        },
      ],
    }),
  },
  {
    name: 'patches-name-pattern',
    files: changed({
      patches: [
        {
          target: { kind: 'Service', name: 'ng.*' },
          operations: [{ op: 'add', path: '/spec/type', value: 'NodePort' }],
        },
      ],
    }),
  },
  {
    name: 'patches-after-prefix',
    files: changed({
      namePrefix: 'x-',
      patches: [
        {
          target: { kind: 'Service', name: 'nginx' },
          operations: [{ op: 'add', path: '/spec/type', value: 'NodePort' }],
        },
      ],
    }),
  },
  {
    name: 'patches-file',
    files: changed(
      { patches: [{ path: 'patch.yaml' }] },
      {
        'patch.yaml': renderObjects([
          { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'nginx' }, spec: { replicas: 2 } },
        ]),
      },
    ),
  },
  {
    name: 'patches-allow-name-change',
    files: changed({
      patches: [
        {
          target: { kind: 'Service' },
          operations: [replace('/metadata/name', 'other')],
          options: { allowNameChange: true },
        },
      ],
    }),
  },
  {
    name: 'components',
    files: changed(
      { components: ['components/scaled'] },
      {
        'components/scaled/kustomization.yaml': renderKustomization({
          kind: 'Component',
          resources: ['more.yaml'],
          patches: [{ target: { kind: 'Deployment' }, operations: [replace('/spec/replicas', 5)] }],
        }),
        'components/scaled/more.yaml': renderObjects([configMap('more')]),
      },
    ),
  },
  ...generatorCases,
  {
    name: 'replacements',
    files: changed({
      replacements: [
        {
          source: { kind: 'Service', name: 'nginx' },
          targets: [
            {
              select: { kind: 'Deployment' },
              fieldPaths: ['spec.template.spec.containers.[name=nginx].env.[name=CONFIG].value'],
            },
          ],
        },
      ],
    }),
  },
  {
    name: 'replacements-part-of-a-value',
    files: changed({
      replacements: [
        {
          source: {
            kind: 'Deployment',
            fieldPath: 'spec.template.spec.containers.0.image',
            options: { delimiter: ':', index: 1 },
          },
          targets: [
            { select: { kind: 'Service' }, fieldPaths: ['metadata.annotations.version'], options: { create: true } },
          ],
        },
      ],
    }),
  },
  {
    name: 'patch-of-all-annotations',
    files: changed({
      patches: [
        { target: { kind: 'Serv.*' }, operations: [{ op: 'add', path: '/metadata/annotations', value: { a: 'b' } }] },
      ],
    }),
  },
];
