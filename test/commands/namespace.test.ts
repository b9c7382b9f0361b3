import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { call, type Call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';
import { createNamespaceWorld, type NamespaceWorld } from '../worlds/namespace-world.js';

let world: NamespaceWorld;
beforeEach(async () => {
  world = await createNamespaceWorld();
});

const namespace = (...words: string[]): Promise<Call> => call(['namespace', ...words], { host: world.machine.host });
const json = async (...words: string[]): Promise<Readonly<Record<string, unknown>>> =>
  readResult((await namespace(...words, '--json')).stdout);
const error = async (...words: string[]): Promise<ReturnType<typeof readError>> =>
  readError((await namespace(...words, '--json')).stdout);
const said = (): string => world.machine.host.ui.lines.join('\n');
const changes = (): readonly string[] => world.changes.map(({ words }) => words);

describe('namespace create', () => {
  it('applies the rights of the first namespace under the new name', async () => {
    const { exitCode } = await namespace('create', 'team-b');
    const folder = join(world.machine.host.directories.state, 'namespaces', 'team-b');
    expect([exitCode, changes()]).toEqual([0, [`apply --kustomize=${folder}`]]);
    expect(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')).toContain('namespace: team-b');
    expect(existsSync(join(folder, 'rights', 'role.yaml'))).toBe(true);
  });

  it('shows the same beforehand and writes nothing', async () => {
    const { stdout } = await namespace('create', 'team-b', '--dry-run');
    await namespace('create', 'team-b');
    expect(stdout).toContain(changes()[0]);
    expect(world.changes).toHaveLength(1);
  });

  it('renews one that is ours', async () => {
    expect(await json('create', 'team-a')).toMatchObject({ action: 'renewed' });
  });

  it.each([
    ['theirs', 'NAMESPACE_FOREIGN', 9],
    ['kube-system', 'NAMESPACE_FOREIGN', 9],
    ['default', 'NAMESPACE_FOREIGN', 9],
    ['Team_A', 'USAGE', 2],
    ['a'.repeat(64), 'USAGE', 2],
    ['$(id)', 'USAGE', 2],
    ['../x', 'USAGE', 2],
  ])('refuses %s', async (name, code, exitCode) => {
    expect(await error('create', name)).toMatchObject({ code, exitCode });
    expect(changes()).toEqual([]);
  });
});

describe('namespace use', () => {
  it('notes it in the cluster, from where each run takes it', async () => {
    expect(await json('use', 'team-a')).toEqual({ action: 'switched', from: 'spark', to: 'team-a' });
    expect(changes()).toEqual([
      '--namespace=spark annotate configmap spark-dev spark-dev/namespace=team-a --overwrite',
    ]);
    expect(await json('list')).toMatchObject({ inUse: 'team-a' });
    expect(await json('use', 'team-a')).toMatchObject({ action: 'nothing' });
    expect(await json('use', 'spark')).toMatchObject({ from: 'team-a' });
    expect(world.annotation).toBeUndefined();
  });

  it.each([
    ['nowhere', 'NAMESPACE_UNKNOWN', 2],
    ['theirs', 'NAMESPACE_FOREIGN', 9],
  ])('refuses %s', async (name, code, exitCode) => {
    expect(await error('use', name)).toMatchObject({ code, exitCode });
    expect(changes()).toEqual([]);
  });

  it('a run does not begin in one that is gone', async () => {
    world.annotation = 'gone';
    const { host } = world.machine;
    const { stdout } = await call(['run', 'sparkpi', '--target', 'cluster', '--json'], { host });
    expect(readError(stdout)).toMatchObject({ code: 'NAMESPACE_UNKNOWN', facts: { namespace: 'gone' } });
  });

  it('the flag, the environment and the project win over it, in this order', async () => {
    world.annotation = 'gone-used';
    const { host } = world.machine;
    const run = async (words: readonly string[], env = {}): Promise<unknown> =>
      readError((await call(['run', 'sparkpi', '--target', 'cluster', '--json', ...words], { host, env })).stdout)
        .facts?.['namespace'];
    expect(await run([], { SPARK_DEV_NAMESPACE: 'gone-env' })).toBe('gone-env');
    expect(await run(['--namespace', 'gone-flag'], { SPARK_DEV_NAMESPACE: 'gone-env' })).toBe('gone-flag');
  });
});

describe('namespace list', () => {
  it('shows ours alone, with the claims by name and size', async () => {
    const { stdout } = await namespace('list');
    expect(stdout).toMatch(/^\* {2}spark +ready +PersistentVolumeClaim spark-events \(2Gi\)$/m);
    expect(stdout).not.toContain('theirs');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('Runs use namespace spark');
  });
});

describe('namespace delete', () => {
  it('says what goes, wants a yes, and brings runs home', async () => {
    world.annotation = 'team-a';
    expect(await error('delete', 'team-a')).toMatchObject({ code: 'NON_INTERACTIVE' });
    expect(said()).toContain('Remove: PersistentVolumeClaim spark-events (2Gi)');
    expect(changes()).toEqual([]);
    expect(await json('delete', 'team-a', '--yes')).toMatchObject({ action: 'deleted', inUse: 'spark' });
    expect(changes()).toEqual([
      '--namespace=spark annotate configmap spark-dev spark-dev/namespace- --overwrite',
      expect.stringMatching(/^delete clusterrolebinding --selector=.*spark-dev\/home=.*\(team-a\)$/),
      'delete namespace team-a --ignore-not-found --timeout=60s',
    ]);
    expect(await json('delete', 'team-a', '--yes')).toMatchObject({ action: 'nothing' });
  });

  it.each(['theirs', 'spark'])('refuses %s', async (name) => {
    expect(await error('delete', name, '--yes')).toMatchObject({ code: 'NAMESPACE_FOREIGN', exitCode: 9 });
    expect(changes()).toEqual([]);
  });

  it('explains one that does not end, and takes no finalizer away', async () => {
    world.namespaces.get('team-a')?.objects.push('ConfigMap\theld\texample.org/held,\t');
    const stuck = await error('delete', 'team-a', '--yes');
    expect(stuck).toMatchObject({
      code: 'NAMESPACE_STUCK',
      exitCode: 8,
      why: expect.stringContaining('ConfigMap held waits for example.org/held') as string,
    });
    expect(stuck.why).toContain('NamespaceFinalizersRemaining: Some content has finalizers remaining');
    expect(stuck.why).not.toContain('all right');
    expect(stuck.fix.join('\n')).toContain('spark-dev namespace create team-a-2');
    for (const words of [['create'], ['use'], ['check']])
      expect(await error(...words, 'team-a')).toMatchObject({ code: 'NAMESPACE_STUCK' });
    expect(changes().at(-1)).toBe('delete namespace team-a --ignore-not-found --timeout=60s');
    expect(changes()).toHaveLength(2);
  });
});

describe('namespace grant and revoke', () => {
  it('binds one of the two rights, labelled ours, and takes back just that', async () => {
    await namespace('grant', 'edit', '--namespace', 'team-a');
    const binding = JSON.parse(world.changes[0]?.input ?? '{}') as { metadata: { name: string } };
    expect(binding).toMatchObject({
      kind: 'RoleBinding',
      metadata: { namespace: 'team-a', labels: { 'app.kubernetes.io/managed-by': 'spark-dev' } },
      roleRef: { kind: 'ClusterRole', name: 'edit' },
      subjects: [{ kind: 'ServiceAccount', name: 'spark', namespace: 'team-a' }],
    });
    await namespace('revoke', 'edit', '--namespace', 'team-a');
    expect(changes()[1]).toBe(
      `--namespace=team-a delete rolebinding --selector=app.kubernetes.io/managed-by=spark-dev --field-selector=metadata.name=${binding.metadata.name} --output=name`,
    );
  });

  it.each([
    ['user:ada@example.org', { kind: 'User', name: 'ada@example.org' }],
    ['group:devs', { kind: 'Group', name: 'devs' }],
    ['serviceaccount:other/bot', { kind: 'ServiceAccount', name: 'bot', namespace: 'other' }],
  ])('to %s', async (to, subject) => {
    const { object } = (await json('grant', 'view', '--to', to, '--dry-run')) as { object: { subjects: unknown[] } };
    expect(object.subjects).toMatchObject([subject]);
    expect(changes()).toEqual([]);
  });

  it.each([[['admin']], [['edit', '--to', 'ada']], [['edit', '--to', 'user:']]])('refuses %j', async (words) => {
    expect(await error('grant', ...words)).toMatchObject({ code: 'USAGE', exitCode: 2 });
  });
});

describe('namespace check', () => {
  it('asks through the API and from a pod, and leaves no pod', async () => {
    const { exitCode, stdout } = await namespace('check', 'team-a');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('team-a/spark has all 14 rights') as string]);
    expect(changes().at(-1)).toMatch(/^--namespace=team-a delete pod rights-check-/);
    expect(JSON.parse(world.changes[0]?.input ?? '{}')).toMatchObject({
      kind: 'Pod',
      metadata: { namespace: 'team-a', labels: { 'app.kubernetes.io/managed-by': 'spark-dev' } },
      spec: {
        serviceAccountName: 'spark',
        securityContext: { runAsNonRoot: true },
        containers: [
          { image: 'spark-dev/spark:1', imagePullPolicy: 'Never', securityContext: { readOnlyRootFilesystem: true } },
        ],
      },
    });
  });

  it('names verb, resource and namespace, and the fix', async () => {
    world.allowed.delete('create pods');
    world.allowed.delete('patch networkpolicies.networking.k8s.io');
    const { exitCode, stdout } = await namespace('check', 'team-a');
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/^team-a\/spark may not create pods in team-a: /m);
    expect(stdout).toMatch(/^team-a\/spark may not patch networkpolicies\.networking\.k8s\.io in team-a: /m);
    expect(stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(stdout).toMatch(/Fix: spark-dev namespace create team-a .*grant edit --namespace team-a\n$/);
  });

  it('without the account says so, and makes no pod that could not start', async () => {
    world.hasAccount = false;
    const { exitCode, stdout } = await namespace('check');
    expect([exitCode, stdout]).toEqual([
      4,
      expect.stringContaining('service account spark/spark does not exist') as string,
    ]);
    expect(changes()).toEqual([]);
  });

  it('names what keeps the pod from asking', async () => {
    world.podWaits = 'ErrImageNeverPull';
    const { exitCode, stdout } = await namespace('check');
    expect([exitCode, stdout]).toEqual([4, expect.stringContaining('ErrImageNeverPull: Container image') as string]);
    expect(changes().at(-1)).toContain('delete pod rights-check-');
  });

  it('--api shows what the pod sees, and that the account may do nothing else', async () => {
    const { exitCode, stdout } = await namespace('check', 'team-a', '--api');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^anonymous +403 without a token$/m);
    expect(stdout).toMatch(/^ok +denied +list nodes - +jobs have no business with the nodes$/m);
    expect(stdout).toContain('all 14 rights that a driver needs, and none of the other rights checked');
    world.allowed.add('*');
    const open = await namespace('check', 'team-a', '--api');
    expect(open.exitCode).toBe(4);
    expect(open.stdout).toMatch(/^team-a\/spark may list nodes in the cluster, but should not: /m);
  });

  it('--demo grants and takes back, and leaves neither binding nor pod', async () => {
    const { steps, ok } = await json('check', 'team-a', '--demo');
    expect([ok, (steps as { status?: number }[]).flatMap(({ status }) => status ?? [])]).toEqual([
      true,
      [403, 200, 403, 200, 403],
    ]);
    expect(world.viewGranted).toBe(false);
    expect(changes().some((words) => words.startsWith('--namespace=team-a delete pod rights-check-'))).toBe(true);
    world.viewGranted = true;
    expect(await error('check', 'team-a', '--demo')).toMatchObject({ code: 'IN_USE' });
    expect(world.viewGranted).toBe(true);
  });

  it('is suggested for the old `check api`', async () => {
    const { stdout } = await call(['check', 'api', '--json'], { host: world.machine.host });
    expect(readError(stdout).fix[0]).toBe('Did you mean: spark-dev namespace check --api');
  });

  it('--dry-run shows the calls and makes none', async () => {
    const { stdout } = await namespace('check', '--dry-run');
    expect(stdout).toContain('--as=system:serviceaccount:spark:spark');
    expect(changes()).toEqual([]);
  });
});
