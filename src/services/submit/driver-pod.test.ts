import type { V1PodSpec } from '@kubernetes/client-node';
import { expect, it } from 'vitest';
import { cluster } from '../../../test/commands/cluster-run-world.js';
import { shellJobObject } from '../../run/launch/shell/plan.js';
import { completeObjects } from '../objects.js';
import { submitService } from './service.js';

const pods = [
  ['service', completeObjects(cluster, 'submit', submitService.objects(cluster, { memoryMb: 2048 }))[0]],
  [
    'shell',
    shellJobObject(cluster, {
      runId: 'r-1',
      executorTemplate: 'a: $(B)',
      resources: { requests: { cpuMilli: 100, memoryMb: 900 }, limits: { memoryMb: 900 } },
    }),
  ],
] as const;

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
it.each(pods)('the %s passes Pod Security restricted, and carries our label', (_name, object) => {
  const { metadata, spec } = object as {
    metadata: { labels: Record<string, string> };
    spec: { template: { metadata: { labels: Record<string, string> }; spec: V1PodSpec } };
  };
  const { spec: pod } = spec.template;
  expect(pod.securityContext).toMatchObject({
    runAsNonRoot: true,
    runAsUser: 185,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  for (const { securityContext } of pod.containers) {
    expect(securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  }
  expect(pod.volumes?.every(({ hostPath }) => hostPath === undefined)).toBe(true);
  for (const { labels } of [metadata, spec.template.metadata])
    expect(labels).toMatchObject({ 'app.kubernetes.io/managed-by': 'spark-dev' });
});

it('a shell names paths and no secrets in its environment, ends by itself, and keeps a $ as it is', () => {
  const { spec } = pods[1][1] as {
    spec: { ttlSecondsAfterFinished: number; activeDeadlineSeconds: number; template: { spec: V1PodSpec } };
  };
  const env = new Map(spec.template.spec.containers[0]?.env?.map(({ name, value }) => [name, value]));
  expect(env.get('TOKEN')).toMatch(/^\/var\/run\/secrets\/.*\/token$/);
  expect(env.get('CERT')).toMatch(/ca\.crt$/);
  expect(env.get('EXECUTOR_TEMPLATE')).toBe('a: $$(B)');
  expect(spec).toMatchObject({ ttlSecondsAfterFinished: 60, activeDeadlineSeconds: 43_200 });
});
