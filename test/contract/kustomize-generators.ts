import { changed, overlay, type KustomizeCase } from './kustomize-case.js';
import { renderKustomization } from '../../src/overlay/kustomize/kustomization.js';

/** After the pages of configMapGenerator, secretGenerator and generatorOptions. */
export const generatorCases: readonly KustomizeCase[] = [
  {
    name: 'config-map-generator',
    files: overlay(
      {
        configMapGenerator: [
          {
            name: 'settings',
            literals: { A: '1', 'b.c': 'x=y', quoted: '"q"', lines: 'a\nb\n' },
            files: ['app.properties', 'renamed=app.properties'],
            envs: ['app.env'],
          },
        ],
      },
      { 'app.properties': 'FOO=Bar\n', 'app.env': '# a comment\nHOST=example.org\n' },
    ),
  },
  {
    name: 'config-map-generator-merge',
    files: overlay(
      { resources: ['base'], configMapGenerator: [{ name: 'settings', behavior: 'merge', literals: { B: '2' } }] },
      {
        'base/kustomization.yaml': renderKustomization({
          configMapGenerator: [{ name: 'settings', literals: { A: '1' } }],
        }),
      },
    ),
  },
  {
    name: 'generator-options',
    files: overlay({
      generatorOptions: {
        disableNameSuffixHash: true,
        labels: { fruit: 'apple' },
        annotations: { note: 'generated' },
        immutable: true,
      },
      configMapGenerator: [{ name: 'settings', literals: { A: '1' } }],
    }),
  },
  {
    name: 'secret-generator',
    files: overlay(
      {
        secretGenerator: [
          { name: 'login', type: 'Opaque', envs: ['login.env'], options: { disableNameSuffixHash: true } },
        ],
      },
      { 'login.env': 'user=ada\n' },
    ),
  },
  {
    name: 'secret-by-reference',
    files: changed({
      patches: [
        {
          target: { kind: 'Deployment' },
          operations: [
            {
              op: 'add',
              path: '/spec/template/spec/containers/0/envFrom',
              value: [{ secretRef: { name: 'made-by-hand' } }],
            },
          ],
        },
      ],
    }),
  },
];
