import {
  type Kustomization,
  type KustomizeObject,
  renderKustomization,
  renderObjects,
} from '../../src/overlay/kustomize/kustomization.js';
type Files = Readonly<Record<string, string>>;

export interface KustomizeCase {
  readonly name: string;
  readonly files: Files;
}

export const configMap = (
  name: string,
  data: Readonly<Record<string, string>> = { key: 'value' },
): KustomizeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

export const deployment: KustomizeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'nginx' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { run: 'nginx' } },
    template: {
      metadata: { labels: { run: 'nginx' } },
      spec: { containers: [{ name: 'nginx', image: 'nginx:1.7', env: [{ name: 'CONFIG', value: 'none' }] }] },
    },
  },
};

export const service: KustomizeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'nginx' },
  spec: { selector: { run: 'nginx' }, ports: [{ port: 80 }] },
};

export const overlay = (kustomization: Kustomization, files: Files = {}): Files => ({
  'kustomization.yaml': renderKustomization(kustomization),
  ...files,
});

/** A deployment and a service, changed as the case says. */
export const changed = (kustomization: Omit<Kustomization, 'resources'>, files: Files = {}): Files =>
  overlay(
    { resources: ['base'], ...kustomization },
    {
      'base/kustomization.yaml': renderKustomization({ resources: ['objects.yaml'] }),
      'base/objects.yaml': renderObjects([deployment, service]),
      ...files,
    },
  );

export const replace = (path: string, value: unknown) => ({ op: 'replace', path, value }) as const;
