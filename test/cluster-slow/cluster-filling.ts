import { stringify } from 'yaml';
import { kubectl, type ClusterTools } from '../cluster/cluster-tools.js';

/** A second namespace that spark-dev made, next to `spark`. */
export const secondNamespace = 'recreate-test';

/** Claims whose files must come back, by namespace. */
const claims = [
  { namespace: 'spark', name: 'recreate-test' },
  { namespace: secondNamespace, name: 'notes' },
] as const;

const ours = { 'app.kubernetes.io/managed-by': 'spark-dev' };

/** Workloads, a Secret, an owned ConfigMap, and claims with all that a copy gets wrong: owners, modes, links, holes, times. */
export async function fillCluster(tools: ClusterTools): Promise<void> {
  await apply(tools, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: secondNamespace, labels: ours } });
  for (const { namespace, name } of claims) {
    await apply(tools, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace, labels: ours },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
    await kubectl(tools, [
      `--namespace=${namespace}`,
      'wait',
      `pvc/${name}`,
      '--for=jsonpath={.status.phase}=Bound',
      '--timeout=60s',
    ]);
    await inNode(tools, `cd ${pathOf(namespace, name)} && ${writeFiles}`);
  }
  await apply(tools, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'token', namespace: secondNamespace },
    stringData: { key: 'kept' },
  });
  for (const object of workloads(tools)) await apply(tools, object);
}

/** One line a file: type, mode, owners, size, time, link; and the sha256 of each content. */
export async function listFiles(tools: ClusterTools): Promise<string> {
  const listed: string[] = [];
  for (const { namespace, name } of claims) {
    const list = `find . -printf '%y %m %U %G %s %T@ %l %p\\n' | sort -k8; find . -type f -exec sha256sum {} + | sort -k2`;
    listed.push(await inNode(tools, `cd ${pathOf(namespace, name)} && ${list}`));
  }
  return listed.join('\n');
}

export async function listWorkloads(tools: ClusterTools): Promise<string> {
  const fields =
    '{range .items[*]}{.kind} {.metadata.name} {.spec.replicas}{.spec.suspend}{.spec.template.spec.nodeSelector} {.spec.clusterIP}{.data.key}{"\\n"}{end}';
  const kinds = 'deployments,statefulsets,daemonsets,cronjobs,secrets';
  return kubectl(tools, [`--namespace=${secondNamespace}`, 'get', kinds, `--output=jsonpath=${fields}`]);
}

export async function emptyCluster(tools: ClusterTools): Promise<void> {
  await kubectl(tools, ['delete', 'namespace', secondNamespace, '--ignore-not-found', '--timeout=100s']);
  await kubectl(tools, ['--namespace=spark', 'delete', 'pvc', 'recreate-test', '--ignore-not-found', '--timeout=60s']);
}

const writeFiles = [
  'rm -rf sub one.txt hard.txt',
  'mkdir -p sub/deep',
  'echo one > one.txt',
  'chown 185:185 one.txt',
  'chmod 640 one.txt',
  'echo two > sub/two.txt',
  'chown -R 1000:1001 sub',
  'chmod 2770 sub',
  'ln -sf ../one.txt sub/link',
  'chown -h 7:8 sub/link',
  'ln -f one.txt hard.txt',
  'head -c 52428800 /dev/urandom > random.bin',
  'chmod 4755 random.bin',
  'rm -f sparse.bin',
  'truncate -s 200M sparse.bin',
  'echo end >> sparse.bin',
  "touch 'with space'",
  "touch -d '2020-01-02 03:04:05.678' sub/deep",
  'chmod 1777 .',
].join(' && ');

function workloads({ cluster }: ClusterTools): readonly object[] {
  const pod = (labels: Readonly<Record<string, string>>): object => ({
    metadata: { labels },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'main',
          image: cluster.sparkImage,
          imagePullPolicy: 'Never',
          command: ['sleep', 'infinity'],
          resources: { requests: { cpu: '10m', memory: '16Mi' } },
        },
      ],
    },
  });
  const of = (kind: string, name: string, spec: object): object => ({
    apiVersion: kind === 'CronJob' ? 'batch/v1' : 'apps/v1',
    kind,
    metadata: { name, namespace: secondNamespace },
    spec:
      kind === 'CronJob' ? spec : { selector: { matchLabels: { app: name } }, template: pod({ app: name }), ...spec },
  });
  const once = {
    metadata: {},
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: cluster.sparkImage }] },
  };
  return [
    of('Deployment', 'two', { replicas: 2 }),
    of('StatefulSet', 'keeper', { serviceName: 'keeper', replicas: 1 }),
    of('DaemonSet', 'everywhere', {}),
    of('CronJob', 'nightly', { schedule: '0 3 * * *', jobTemplate: { spec: { template: once } } }),
  ];
}

function pathOf(namespace: string, name: string): string {
  return `/tmp/hostpath-provisioner/${namespace}/${name}`;
}

async function apply(tools: ClusterTools, object: object): Promise<void> {
  const argv = [
    tools.cluster.kubectl,
    `--kubeconfig=${tools.cluster.kubeconfig}`,
    `--context=${tools.cluster.context}`,
  ];
  await tools.host.runner.run([...argv, 'apply', '--filename=-'], { input: stringify(object), timeoutMs: 60_000 });
}

async function inNode({ host }: ClusterTools, script: string): Promise<string> {
  return (await host.runner.run(['docker', 'exec', 'spark-dev', 'sh', '-c', script], { timeoutMs: 120_000 })).stdout;
}
