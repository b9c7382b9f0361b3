import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { caseObjects, readPodYaml, type CaseObjects } from './case-objects.js';
import type { VerifyCase } from './case.js';
import { verifyCases } from './cases.js';

const yaml = await readPodYaml({ package: dirname(dirname(dirname(fileURLToPath(import.meta.url)))) });
const names = {
  runId: 'verify-1',
  namespace: 'verify-x-1',
  driver: 'verify-x-1-driver',
  home: undefined,
  image: 'spark-dev/verify:1',
  storage: 'standard',
} as const;

function objectsOf(one: VerifyCase): CaseObjects {
  return caseObjects(one, names, yaml, 1024);
}

interface Context {
  readonly securityContext: Readonly<Record<string, unknown>>;
}

const each = verifyCases.map((one) => [one.id, one] as const);

describe.each(each)('what %s puts into the cluster', (_id, one) => {
  const { ground, helpers, submission } = objectsOf(one);

  it('stands in a namespace that enforces Pod Security, with our labels on everything', () => {
    expect(ground[0]).toMatchObject({
      kind: 'Namespace',
      metadata: { name: names.namespace, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    });
    for (const object of [...ground, ...helpers, submission]) {
      expect(object['metadata']).toMatchObject({
        labels: {
          'app.kubernetes.io/managed-by': 'spark-dev',
          'spark-dev/run': 'verify-1',
          'spark-dev/verify': 'verify-1',
        },
      });
    }
  });

  it('runs restricted, by an account of its own, in our image and never pulled', () => {
    const job = submission as unknown as { spec: { template: { spec: object } } };
    const pods = [...helpers, submission['kind'] === 'Job' ? job.spec.template : submission];
    for (const { spec } of pods as unknown as readonly { spec: Context & { containers: readonly Context[] } }[]) {
      expect(spec).toMatchObject({
        serviceAccountName: 'spark',
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(spec.containers[0]).toMatchObject({
        imagePullPolicy: 'Never',
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        },
      });
    }
  });

  it('leaves no placeholder, and no secret in what is kept in files', () => {
    expect(JSON.stringify([ground, helpers, submission])).not.toMatch(/%(namespace|driver|storageClass)%/);
    expect(JSON.stringify(submission)).not.toContain('secretpassword');
  });
});

describe('caseObjects', () => {
  const find = (id: string): CaseObjects => objectsOf(verifyCases.find((one) => one.id === id) as VerifyCase);

  it('gives rights only to the case that needs them', () => {
    const ruleOf = ({ ground }: CaseObjects): string => JSON.stringify(ground.find(({ kind }) => kind === 'Role'));
    expect(ruleOf(find('B2'))).not.toContain('statefulsets');
    expect(ruleOf(find('B3'))).toContain('statefulsets');
    expect(ruleOf(find('B2'))).not.toContain('persistentvolumeclaims"],"verbs":["create');
    expect(ruleOf(find('V4'))).toContain('persistentvolumeclaims');
  });

  it("merges the suite's pod templates into ours", () => {
    const { ground } = find('T1');
    const files = ground.find(({ kind }) => kind === 'ConfigMap')?.['data'] as Record<string, string>;
    expect(JSON.parse(files['driver-template.yaml'] ?? '')).toMatchObject({
      metadata: { labels: { 'template-label-key': 'driver-template-label-value' } },
      spec: {
        securityContext: { runAsNonRoot: true },
        containers: [
          {
            name: 'test-driver-container',
            image: 'will-be-overwritten',
            securityContext: { capabilities: { drop: ['ALL'] } },
          },
        ],
      },
    });
  });

  it('gives the submitter the configuration files and their path', () => {
    expect(JSON.stringify(find('C1').submission)).toContain('{"name":"SPARK_CONF_DIR","value":"/opt/spark/conf"}');
    expect(JSON.stringify(find('B2').submission)).not.toContain('SPARK_CONF_DIR');
  });
});
