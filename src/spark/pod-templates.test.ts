import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { createJob } from '../../test/fakes/a-job.js';
import type { SparkJob } from '../job/job.js';
import { describeConflict, podTemplates } from './pod-templates.js';
import { parseTemplate } from '../job/read-template.js';

const withTemplate = (pod: object, said: Partial<SparkJob> = {}): SparkJob => {
  const job = createJob(said);
  return { ...job, driver: { ...job.driver, podTemplate: { file: 'd.yaml', pod: pod as Record<string, unknown> } } };
};
const problemsOf = async (text: string): Promise<string> =>
  (await parseTemplate('driver', 't.yaml', text)).problems.join('\n');
const fieldsOf = (pod: object): readonly string[] =>
  podTemplates(withTemplate(pod)).conflicts.map(({ field, winner }) => `${field} ${winner}`);

it('are those of kustomize/run where nothing is said', () => {
  const settings = parse(readFileSync(new URL('../../kustomize/run/settings.yaml', import.meta.url), 'utf8')) as {
    readonly data: Readonly<Record<string, string>>;
  };
  const { driver, executor } = podTemplates(createJob());
  expect(driver).toEqual(parse(settings.data['driver-template.yaml'] ?? ''));
  expect(executor).toEqual(parse(settings.data['executor-template.yaml'] ?? ''));
});

/** https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted, as far as a template can break it. */
function breaches(pod: unknown): readonly string[] {
  const text = JSON.stringify(pod);
  const found = ['hostNetwork', 'hostPID', 'hostIPC', 'hostPort', 'hostPath', 'privileged', '"add"', 'procMount'];
  const { spec } = pod as { spec: Record<string, unknown> };
  const security = spec['securityContext'] as Record<string, unknown>;
  const containers = [...((spec['initContainers'] ?? []) as object[]), ...(spec['containers'] as object[])];
  return [
    ...found.filter((word) => text.includes(word)),
    ...(security['runAsNonRoot'] === true && security['runAsUser'] !== 0 ? [] : ['root']),
    ...containers.flatMap((one) => {
      const own = (one as { securityContext: Record<string, unknown> }).securityContext;
      const isSafe =
        own['allowPrivilegeEscalation'] === false &&
        JSON.stringify(own['capabilities']) === '{"drop":["ALL"]}' &&
        own['runAsUser'] !== 0 &&
        own['runAsNonRoot'] !== false;
      return isSafe ? [] : ['container'];
    }),
  ];
}

it('pass Pod Security restricted whatever the user wrote, and say each thing that does not count', () => {
  const bad = { privileged: true, allowPrivilegeEscalation: true, runAsUser: 0, capabilities: { add: ['SYS_ADMIN'] } };
  const pod = {
    metadata: { name: 'mine', labels: { team: 'a', 'spark-role': 'x' } },
    spec: {
      hostNetwork: true,
      hostPID: true,
      serviceAccountName: 'root',
      securityContext: { runAsUser: 0, runAsNonRoot: false, seccompProfile: { type: 'Unconfined' } },
      initContainers: [{ name: 'init', image: 'busybox', securityContext: bad }],
      containers: [
        {
          name: 'spark-kubernetes-driver',
          image: 'busybox',
          command: ['sh'],
          securityContext: bad,
          ports: [{ containerPort: 1, hostPort: 1 }],
          resources: { requests: { memory: '1Gi' } },
        },
        { name: 'side', image: 'envoy', securityContext: { ...bad, runAsUser: 1000 } },
      ],
    },
  };
  const { driver, conflicts } = podTemplates(withTemplate(pod));
  expect(breaches(driver)).toEqual([]);
  expect(conflicts.map(({ field }) => field)).toEqual(
    expect.arrayContaining([
      'spec.hostNetwork',
      'spec.securityContext.runAsUser',
      'spec.securityContext.seccompProfile',
      'spec.serviceAccountName',
      'spec.initContainers[0].securityContext.privileged',
      'spec.containers[spark-kubernetes-driver].image',
      'spec.containers[spark-kubernetes-driver].command',
      'spec.containers[spark-kubernetes-driver].ports.hostPort',
      'spec.containers[spark-kubernetes-driver].resources.requests.memory',
      'spec.containers[side].securityContext.capabilities.add',
      'metadata.name',
      'metadata.labels.spark-role',
    ]),
  );
  expect(driver).toMatchObject({ metadata: { labels: { team: 'a' } } });
  expect(describeConflict(conflicts[0] ?? conflicts[1] ?? ({ ...conflicts[2], file: '' } as never))).toMatch(
    /^d\.yaml: spec\.\S+ .*is ignored: /,
  );
});

it('leave the user what is not a matter of safety', () => {
  const pod = {
    spec: {
      enableServiceLinks: true,
      priorityClassName: 'high',
      securityContext: { runAsUser: 1000, fsGroup: 2000, supplementalGroups: [5] },
      containers: [
        {
          name: 'mine',
          env: [{ name: 'A', value: 'b' }],
          volumeMounts: [{ name: 'fast', mountPath: '/tmp' }],
        },
      ],
      volumes: [{ name: 'fast', emptyDir: { medium: 'Memory' } }],
    },
  };
  const { driver } = podTemplates(withTemplate(pod));
  expect(driver).toMatchObject({
    spec: {
      enableServiceLinks: true,
      priorityClassName: 'high',
      securityContext: { runAsUser: 1000, fsGroup: 2000, supplementalGroups: [5], runAsNonRoot: true },
      containers: [{ name: 'mine', env: [{ name: 'A', value: 'b' }] }],
    },
  });
  const [container] = (driver['spec'] as { containers: { volumeMounts: { mountPath: string }[] }[] }).containers;
  expect(container?.volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/tmp', '/opt/spark/work-dir']);
  expect(fieldsOf(pod)).toEqual(['volumeMounts /tmp theirs', 'spec.enableServiceLinks theirs']);
});

it('carry tolerations and claims on demand, which Spark has no property for', () => {
  const { executor, driver } = podTemplates(
    createJob({
      tolerations: [{ key: 'dedicated', operator: 'Exists' }],
      volumes: [
        {
          name: 'big',
          path: '/big',
          readOnly: false,
          on: ['executor'],
          kind: 'on-demand',
          size: '2Gi',
          storageClass: 'standard',
        },
      ],
    }),
  );
  expect(driver).toMatchObject({ spec: { tolerations: [{ key: 'dedicated', operator: 'Exists' }] } });
  expect(JSON.stringify(driver)).not.toContain('ephemeral');
  expect(JSON.stringify(executor)).toContain('"requests":{"storage":"2Gi"}');
  expect(breaches(executor)).toEqual([]);
});

describe('a template that cannot be used', () => {
  it.each([
    ['a: [', 't.yaml:1:'],
    ['kind: Deployment', 'its kind is "Deployment"'],
    ['- a', 'does not contain a pod'],
    ['', 'does not contain a pod'],
    ['spec: {}\n---\nspec: {}', 'several documents'],
    ['spec: { containers: [{ name: a }, { name: b }] }', 'it has 2 containers (a, b) and none is named'],
    ['spec: { volumes: [{ name: x, hostPath: { path: / } }] }', 'volume "x" is a hostPath'],
  ])('%j', async (text, problem) => {
    const read = await parseTemplate('driver', 't.yaml', text);
    expect('problems' in read ? read.problems.join() : 'accepted').toContain(problem);
  });

  it('is not one with a sidecar beside a container of the right name', async () => {
    const text = 'spec: { containers: [{ name: a }, { name: spark-kubernetes-executor }] }';
    expect(await parseTemplate('executor', 't.yaml', text)).toHaveProperty('template');
  });
});

it.each([
  ['', 'is empty'],
  ['kind: SparkApplication', 'spark-dev overlay new NAME --from FILE'],
  ['{}\n---\nkind: Pod', 'contains several documents'],
  [
    'spec: { containers: [{ name: a, volumeMounts: [{ name: c, mountPath: /opt/spark/conf/ }] }] }',
    'Spark has its own files',
  ],
  [
    'spec: { containers: [{ name: a, volumeMounts: [{ name: c, mountPath: /opt/spark/conf/log4j2.properties }] }] }',
    '/opt/spark/conf/log4j2.properties',
  ],
])('refuses %j', async (text, problem) => {
  expect(await problemsOf(text)).toContain(problem);
});

it('takes a document beside empty ones, and leaves out variables that Spark sets itself', async () => {
  expect(await problemsOf('---\nkind: Pod\n---\n# nothing\n')).toBe('');
  const env = [
    { name: 'SPARK_HOME', value: '/x' },
    { name: 'A', value: '1' },
  ];
  const job = withTemplate({ spec: { containers: [{ name: 'main', env }] } });
  expect(podTemplates(job).conflicts).toMatchObject([
    { field: 'spec.containers[main].env.SPARK_HOME', winner: 'ours' },
  ]);
  expect(podTemplates(job).driver).toMatchObject({ spec: { containers: [{ env: [{ name: 'A', value: '1' }] }] } });
});
