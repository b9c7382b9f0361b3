import { expect, it } from 'vitest';
import { awaitClaimsArgv } from './await-claims.js';

const tool = { kubectl: 'kubectl', kubeconfig: '/k', context: 'spark-dev' };
const claim = { kind: 'PersistentVolumeClaim', metadata: { name: 'shared', namespace: 'verify-pv1-1' } };
const secret = { kind: 'Secret', metadata: { name: 'other', namespace: 'verify-pv1-1' } };

it('waits in the namespace of the case for its claims, and for nothing where there is none', () => {
  const argv = awaitClaimsArgv(tool, [secret, claim]) ?? [];
  expect(argv).toContain('--namespace=verify-pv1-1');
  expect(argv.slice(argv.indexOf('wait'))).toEqual([
    ...['wait', 'persistentvolumeclaim', 'shared', '--for=jsonpath={.status.phase}=Bound', '--timeout=60s'],
  ]);
  expect(awaitClaimsArgv(tool, [secret])).toBeUndefined();
});
