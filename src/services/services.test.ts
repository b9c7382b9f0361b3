import type { V1PodSpec } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { cluster } from '../../test/worlds/cluster-run-world.js';
import { completeObjects, isWorkload } from './objects.js';
import { findClusterService, findService, isClusterService, services } from './services.js';
import { serviceKinds } from './standing.js';

const made = services.filter(isClusterService).map((service) => {
  const objects = service.objects(cluster, service.readOptions({}));
  return { name: service.name, objects: completeObjects({ ...cluster, home: 'a-home' }, service.name, objects) };
});

describe.each(made)('all that $name consists of', ({ name, objects }) => {
  const labels = {
    'app.kubernetes.io/managed-by': 'spark-dev',
    'spark-dev/home': 'a-home',
    'spark-dev/service': name,
  };

  it('is found again by label, and so are its pods', () => {
    for (const { metadata } of objects) expect(metadata.labels).toMatchObject(labels);
    for (const { spec } of objects.filter(isWorkload)) expect(spec.template.metadata.labels).toMatchObject(labels);
  });

  it('is of kinds that status and down ask for', () => {
    const asked = serviceKinds.map((kind) => kind.replace(/s(\..*)?$/, ''));
    expect(objects.map(({ kind }) => kind.toLowerCase()).filter((kind) => !asked.includes(kind))).toEqual([]);
  });

  /** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
  it('passes Pod Security restricted', () => {
    for (const { spec } of objects.filter(isWorkload)) {
      const pod = spec.template['spec'] as V1PodSpec;
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const { securityContext } of pod.containers)
        expect(securityContext).toMatchObject({ allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } });
    }
  });
});

it('an unknown name is answered with the nearest one', () => {
  expect(() => findService('sumbit', services, 'up')).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      fix: ['Did you mean: spark-dev services up submit', 'spark-dev services list'],
    }) as Error,
  );
  expect(() => findClusterService('k9s', services, 'up')).toThrow(
    expect.objectContaining({ code: 'USAGE', fix: ['spark-dev services open k9s'] }) as Error,
  );
});
