import { expect, it } from 'vitest';
import { cluster } from '../../../test/worlds/cluster-run-world.js';
import { headlampService } from './service.js';

const kindsOf = (admin: boolean): readonly string[] =>
  headlampService.objects(cluster, { admin }).map(({ kind }) => kind);

it('binds the visitor in one namespace, and in the whole cluster only when asked', () => {
  expect(kindsOf(false)).toEqual(['ServiceAccount', 'ServiceAccount', 'RoleBinding', 'Deployment']);
  expect(kindsOf(true)).toEqual(['ServiceAccount', 'ServiceAccount', 'ClusterRoleBinding', 'Deployment']);
});
