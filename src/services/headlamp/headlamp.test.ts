import { describe, expect, it } from 'vitest';
import { headlampObjects } from './headlamp.js';

interface Made {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
}

const kindsOf = (admin: boolean): readonly string[] =>
  (headlampObjects({ namespace: 'spark' }, { admin }) as readonly Made[]).map(({ kind }) => kind);

describe('what Headlamp consists of', () => {
  it('binds the visitor in one namespace, and in the whole cluster only when asked', () => {
    expect(kindsOf(false)).toEqual(['ServiceAccount', 'ServiceAccount', 'RoleBinding', 'Deployment']);
    expect(kindsOf(true)).toEqual(['ServiceAccount', 'ServiceAccount', 'ClusterRoleBinding', 'Deployment']);
  });

  it('carries the labels by which clean knows a service of ours', () => {
    for (const { metadata } of headlampObjects({ namespace: 'spark' }, { admin: true }) as readonly Made[])
      expect(metadata.labels).toMatchObject({
        'app.kubernetes.io/managed-by': 'spark-dev',
        'spark-dev/service': 'headlamp',
      });
  });
});
