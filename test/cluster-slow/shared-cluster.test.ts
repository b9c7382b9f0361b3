import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kubectl, type ClusterTools } from '../cluster/cluster-tools.js';
import { requirePrepared } from '../cluster/prepared-cluster.js';
import { dataOf, runProgram, type ProgramEnd } from '../program/program.js';
import { startRegistry, type LocalRegistry } from '../registry/local-registry.js';

/** An address that nobody has (RFC 5737), which this machine's packets find the node by: to judge, it is elsewhere. */
const elsewhere = '203.0.113.7';
const name = `shared-${Date.now().toString(36)}`;
const people = `${name}-people`;
const home = mkdtempSync(join(tmpdir(), 'spark-dev-shared-'));
const nodeName = 'spark-dev';

let tools: ClusterTools;
let registry: LocalRegistry;
let bridge: Server;
let nodeAddress: string;
let port: string;

const docker = (...words: string[]): string => execFileSync('docker', words, { encoding: 'utf8' }).trim();
const detour = (verb: '-A' | '-D'): void => {
  const rule = [
    '-d',
    elsewhere,
    '-p',
    'tcp',
    '--dport',
    '8443',
    '-j',
    'DNAT',
    '--to-destination',
    `${nodeAddress}:8443`,
  ];
  execFileSync('iptables', ['-t', 'nat', verb, 'OUTPUT', ...rule]);
};

beforeAll(async () => {
  const prepared = await requirePrepared();
  tools = { ...prepared, cluster: { ...prepared.cluster, namespace: name } };
  for (const namespace of [name, people]) await kubectl(tools, ['create', 'namespace', namespace]);
  await kubectl(tools, ['label', 'namespace', name, 'pod-security.kubernetes.io/enforce=restricted']);
  for (const role of ['admin', 'edit', 'view']) {
    await kubectl(tools, ['--namespace', people, 'create', 'serviceaccount', role]);
    await kubectl(tools, [
      'create',
      'rolebinding',
      role,
      `--clusterrole=${role}`,
      `--serviceaccount=${people}:${role}`,
    ]);
  }
  const [address = '', gateway = ''] = docker(
    'inspect',
    '--format={{range .NetworkSettings.Networks}}{{.IPAddress}} {{.Gateway}}{{end}}',
    nodeName,
  ).split(' ');
  nodeAddress = address;
  detour('-A');
  registry = await startRegistry(tools.host);
  port = registry.address.replace(/^.*:/, '');
  // the node finds the registry under the same address as this machine does: its own loopback
  bridge = createServer((client) => {
    const upstream = connect(Number(port), '127.0.0.1');
    for (const socket of [client, upstream])
      socket.on('error', () => {
        client.destroy();
        upstream.destroy();
      });
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => bridge.listen(Number(port), gateway, resolve));
  docker(
    'exec',
    '--detach',
    nodeName,
    'socat',
    `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`,
    `TCP:${gateway}:${port}`,
  );
});

afterAll(async () => {
  detour('-D');
  docker('exec', nodeName, 'pkill', '-f', `TCP-LISTEN:${port},bind`);
  bridge.close();
  await registry.stop();
  await kubectl(tools, ['delete', 'namespace', name, people, '--timeout=120s']);
  for (const [where, env] of [
    ['here', {}],
    ['in the node', await tools.cluster.dockerEnv(tools.host)],
  ] as const) {
    const listed = await tools.host.runner.run(
      ['docker', 'image', 'ls', '--format={{.Repository}}@{{.Digest}} {{.Repository}}:{{.Tag}}'],
      { env },
    );
    const ours = [...new Set(listed.stdout.split(/\s+/))].filter(
      (one) => one.startsWith(registry.address) && !one.includes('<none>'),
    );
    if (ours.length > 0) await tools.host.runner.run(['docker', 'rmi', '--force', ...ours], { env, accept: [1] });
    expect(where).toBeDefined();
  }
  rmSync(home, { recursive: true });
});

/** A kubeconfig of one person, with a context called `team` and nothing else. */
async function kubeconfigOf(
  person: string,
  server = `https://${elsewhere}:8443`,
): Promise<Readonly<Record<string, string>>> {
  const token = await kubectl(tools, ['--namespace', people, 'create', 'token', person, '--duration=2h']);
  const raw = await kubectl(tools, ['config', 'view', '--raw', '--minify', '--flatten', '--output=json']);
  const { clusters } = JSON.parse(raw) as { clusters: { cluster: object }[] };
  const file = join(home, `${person}-${server.length.toString()}.yaml`);
  const cluster = { ...clusters[0]?.cluster, server, 'tls-server-name': 'kubernetes' };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'team', cluster }],
    users: [{ name: person, user: { token } }],
    contexts: [{ name: 'team', context: { cluster: 'team', user: person, namespace: name } }],
    'current-context': '',
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return { KUBECONFIG: file };
}

const errorOf = (end: ProgramEnd): { code: string; why: string; what: string; facts: Record<string, unknown> } =>
  (JSON.parse(end.stdout) as { error: ReturnType<typeof errorOf> }).error;

const away = ['--context', 'team', '--allow-remote', '--json'];
const runWords = (): readonly string[] => [
  'run',
  'sparkpi',
  '--lang',
  'python',
  ...away,
  '--image-registry',
  `${registry.address}/team`,
];

it('refuses a server elsewhere that was not allowed, and says which and from where', async () => {
  const env = await kubeconfigOf('edit');
  const end = await runProgram(
    ['run', 'sparkpi', '--context', 'team', '--json', '--image-registry', registry.address],
    env,
  );
  expect([end.exitCode, errorOf(end)]).toMatchObject([
    9,
    {
      code: 'CONTEXT_REFUSED',
      facts: { file: env['KUBECONFIG'], server: `https://${elsewhere}:8443`, place: 'remote' },
    },
  ]);
});

it('names what is missing before anything is built: to those who only view, in a namespace that nobody prepared, and to those who may not prepare', async () => {
  const viewer = errorOf(await runProgram(runWords(), await kubeconfigOf('view')));
  expect(viewer).toMatchObject({
    code: 'RIGHTS_MISSING',
    why: expect.stringContaining(`you may not create jobs.batch in ${name}`) as string,
  });
  const unprepared = errorOf(await runProgram(runWords(), await kubeconfigOf('edit')));
  expect(unprepared.why.split('\n')).toEqual(
    expect.arrayContaining([
      `there is no serviceaccount spark in ${name}`,
      `there is no persistentvolumeclaim spark-events in ${name}`,
      `the service account ${name}/spark may not create pods in ${name}`,
    ]),
  );
  const editor = errorOf(await runProgram(['namespace', 'prepare', name, ...away], await kubeconfigOf('edit')));
  expect(editor.why.split('\n')).toEqual([
    `you may not create roles.rbac.authorization.k8s.io in ${name}`,
    `you may not get roles.rbac.authorization.k8s.io in ${name}`,
    `you may not patch roles.rbac.authorization.k8s.io in ${name}`,
    `you may not create rolebindings.rbac.authorization.k8s.io in ${name}`,
    `you may not get rolebindings.rbac.authorization.k8s.io in ${name}`,
    `you may not patch rolebindings.rbac.authorization.k8s.io in ${name}`,
  ]);
  expect(
    await kubectl(tools, [
      'get',
      'serviceaccount,role,persistentvolumeclaim',
      '--selector=app.kubernetes.io/managed-by',
      '-o',
      'name',
    ]),
  ).toBe('');
});

it('is prepared by one with admin in the namespace', async () => {
  const outside = async (): Promise<string> =>
    kubectl(tools, ['get', 'namespaces,clusterroles,clusterrolebindings,customresourcedefinitions', '-o', 'name']);
  const before = await outside();
  const end = await runProgram(['namespace', 'prepare', name, ...away], await kubeconfigOf('admin'));
  expect(dataOf(end)).toMatchObject({ action: 'prepared', name });
  expect(await outside()).toBe(before);
});

it('runs for one with edit, by a registry, with nothing left behind', async () => {
  const data = dataOf(await runProgram(runWords(), await kubeconfigOf('edit')));
  expect(data['pi']).toBeCloseTo(Math.PI, 1);
  expect(data).toMatchObject({ target: 'cluster' });
  const pushed = await (await fetch(`http://${registry.address}/v2/_catalog`)).json();
  expect(pushed).toEqual({ repositories: ['team/spark-dev-app'] });
});

it('is written as plain objects that one with edit applies', async () => {
  const { tags } = (await (await fetch(`http://${registry.address}/v2/team/spark-dev-app/tags/list`)).json()) as {
    tags: string[];
  };
  const image = `${registry.address}/team/spark-dev-app:${tags[0] ?? ''}`;
  const words = [
    'render',
    'sparkpi',
    '--lang',
    'python',
    '--context-free',
    '--image',
    image,
    '--namespace',
    name,
    '--',
    '10',
  ];
  const { stdout } = await runProgram(words);
  expect(stdout).not.toMatch(/minikube|spark-dev-app\n|kubeconfig/);
  const runId = /spark-dev\/run: (\S+)/.exec(stdout)?.[1] ?? '';
  const { KUBECONFIG: file = '' } = await kubeconfigOf('edit');
  const asEditor = (argv: readonly string[], input?: string): Promise<{ stdout: string }> =>
    tools.host.runner.run([tools.cluster.kubectl, `--kubeconfig=${file}`, '--context=team', ...argv], {
      timeoutMs: 200_000,
      ...(input === undefined ? {} : { input }),
    });
  await asEditor(['apply', '-f', '-'], stdout);
  const driver = `pod/${runId}-driver`;
  await asEditor(['wait', '--for=create', driver, '--timeout=120s']);
  await asEditor(['wait', driver, '--for=jsonpath={.status.phase}=Succeeded', '--timeout=180s']);
  expect((await asEditor(['logs', driver])).stdout).toMatch(/^Pi is roughly 3\.1/m);
  const objects = stdout
    .split('\n---\n')
    .map((text) => parse(text) as { kind: string; metadata: { namespace: string } });
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual([
    `ConfigMap ${name}`,
    `Job ${name}`,
  ]);
});
