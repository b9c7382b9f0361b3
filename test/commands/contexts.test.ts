import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clusterPaths } from '../../src/kube/names.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import type { FakeHost, FakeWorld } from '../fakes/fake-host.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const entry = (name: string, server: string, user = name): string =>
  `# ${name}, by hand
clusters: [{name: ${name}, cluster: {server: "${server}"}}]
` +
  `contexts: [{name: ${name}, context: {cluster: ${name}, user: "${user}"}}]
`;

/** Files below the user's home; KUBECONFIG names those whose names have no folder. */
async function homeWith(
  files: Readonly<Record<string, string>>,
  profile: 'absent' | 'running' = 'absent',
  world: FakeWorld = {},
): Promise<FakeHost> {
  const { host } = await createFakeMachine({ profile }, world);
  const { userHome } = host.directories;
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(userHome, name)), { recursive: true });
    writeFileSync(join(userHome, name), text);
  }
  const listed = Object.keys(files).filter((name) => !name.includes('/'));
  const env = listed.length === 0 ? {} : { KUBECONFIG: listed.map((name) => join(userHome, name)).join(':') };
  return { ...host, env: { ...host.env, ...env } };
}

const pathIn = (host: FakeHost, name: string): string => join(host.directories.userHome, name);
const prod = entry('prod', 'https://34.90.1.2');
const desktop = entry('docker-desktop', 'https://kubernetes.docker.internal:6443');
const decoy = entry('docker-desktop', 'https://k8s.example.com');

async function list(host: FakeHost): Promise<readonly Record<string, unknown>[]> {
  const answer = await call(['cluster', 'list', '--json'], { host });
  expect(answer.exitCode).toBe(0);
  return readResult(answer.stdout)['contexts'] as readonly Record<string, unknown>[];
}

describe('cluster list', () => {
  it('judges by the address, never by the name alone', async () => {
    const host = await homeWith({
      a: `${prod}current-context: prod\n`,
      b: decoy,
      c: entry('kind-x', 'https://127.0.0.1:40001'),
      d: entry('k3d-y', 'https://0.0.0.0:6550', 'admin@k3d-y'),
    });
    expect(await list(host)).toMatchObject([
      { name: 'prod', provider: 'other', place: 'remote', current: true, ours: false },
      { name: 'docker-desktop', provider: 'other', place: 'remote', current: false },
      { name: 'kind-x', provider: 'kind', place: 'local', why: 'a local address, possibly a tunnel' },
      { name: 'k3d-y', provider: 'k3d', place: 'local' },
    ]);
  });

  it('knows Docker Desktop by the name that it writes into the hosts file', async () => {
    const host = await homeWith({ a: desktop });
    expect(await list(host)).toMatchObject([{ provider: 'other', place: 'remote' }]);
    mkdirSync(join(host.directories.system, 'etc'), { recursive: true });
    writeFileSync(join(host.directories.system, 'etc/hosts'), '127.0.0.1 kubernetes.docker.internal\n');
    expect(await list(host)).toMatchObject([{ provider: 'docker-desktop', place: 'local' }]);
  });

  it('asks the Docker of this machine, and not one elsewhere, whose networks an address is of', async () => {
    const minikube =
      'clusters: [{name: minikube, cluster: {server: "https://192.168.58.2:8443", extensions: [{name: cluster_info, extension: {provider: minikube.sigs.k8s.io}}]}}]\n' +
      'contexts: [{name: minikube, context: {cluster: minikube, user: minikube}}]\n';
    const networks = (endpoint: string): FakeWorld => ({
      programs: [
        { argv: ['docker', 'context', 'inspect'], stdout: endpoint },
        { argv: ['docker', 'network', 'ls'], stdout: 'n1\nn2' },
        { argv: ['docker', 'network', 'inspect'], stdout: '172.17.0.0/16\n\n192.168.58.0/24\n' },
      ],
    });
    const here = await homeWith({ a: minikube }, 'absent', networks('unix:///var/run/docker.sock'));
    expect(await list(here)).toMatchObject([
      { provider: 'minikube', place: 'local', why: "in a network of this machine's Docker" },
    ]);
    const there = await homeWith({ a: minikube }, 'absent', networks('tcp://10.1.2.3:2376'));
    expect(await list(there)).toMatchObject([{ provider: 'minikube', place: 'remote' }]);
  });

  it('knows our own by its certificate authority, and shows it where the kubeconfig lacks it', async () => {
    const host = await homeWith({ '.kube/config': entry('spark-dev', 'https://34.90.1.2') }, 'running');
    expect(await list(host)).toMatchObject([
      { name: 'spark-dev', ours: false, place: 'remote', file: pathIn(host, '.kube/config') },
      { name: 'spark-dev', ours: true, provider: 'minikube', file: clusterPaths(host.directories).kubeconfig },
    ]);
    writeFileSync(pathIn(host, '.kube/config'), '');
    await call(['init', '--yes', '--no-verify'], { host });
    expect(await list(host)).toMatchObject([{ name: 'spark-dev', ours: true, file: pathIn(host, '.kube/config') }]);
  });

  it('joins the files as kubectl does, and names what it cannot read', async () => {
    const host = await homeWith({
      a: 'current-context: [\n',
      b: 'current-context: two\n',
      c: `${entry('one', 'https://127.0.0.1:1')}current-context: one\n`,
      d: entry('one', 'https://34.90.1.2'),
    });
    const { stdout, exitCode } = await call(['cluster', 'list'], { host });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ {3}one +other +local +https:\/\/127\.0\.0\.1:1 /m);
    expect(stdout).not.toContain('34.90.1.2');
    expect(stdout).toMatch(/^skipped: .*\/a: .*line 2, column 1/m);
    expect(stdout.trimEnd().split('\n').at(-1)).toBe("kubectl's current context two does not exist");
  });

  it('survives a kubeconfig of odd shapes', async () => {
    const host = await homeWith({
      a: 'clusters: [{x: 1}]\ncontexts:\n- name: x\n  context:\n- name: ~\nusers: ~\n',
    });
    expect(await list(host)).toMatchObject([{ name: 'x', provider: 'other', place: 'unknown' }, { name: '' }]);
  });

  it('says nothing of nobody', async () => {
    expect((await call(['cluster', 'list'], { host: await homeWith({}) })).stdout).toMatch(/no current context\n$/);
  });
});

describe('cluster use', () => {
  it('changes the one word, says from what to what, and warns of a cluster elsewhere', async () => {
    const text = `${entry('here', 'https://127.0.0.1:1')}current-context:   here # mine\n`;
    const host = await homeWith({ a: text, b: prod });
    chmodSync(pathIn(host, 'a'), 0o640);
    const { stdout, exitCode } = await call(['cluster', 'use', 'prod'], { host });
    expect([exitCode, stdout]).toEqual([0, `kubectl now uses prod instead of here (${pathIn(host, 'a')})\n`]);
    expect(readFileSync(pathIn(host, 'a'), 'utf8')).toBe(text.replace('  here #', '  prod #'));
    expect(statSync(pathIn(host, 'a')).mode & 0o777).toBe(0o640);
    expect(readFileSync(pathIn(host, 'b'), 'utf8')).toBe(prod);
    expect(host.ui.lines).toEqual([expect.stringMatching(/^! prod may not be on this machine/)]);
    expect(readResult((await call(['cluster', 'use', 'prod', '--json'], { host })).stdout)).toMatchObject({
      action: 'nothing',
    });
  });

  it('--dry-run shows the place and touches nothing', async () => {
    const host = await homeWith({ a: prod });
    const { stdout } = await call(['cluster', 'use', 'prod', '--dry-run'], { host });
    expect(stdout).toContain(`${pathIn(host, 'a')}: current-context: (none) → prod`);
    expect(stdout).toMatch(/\nkubectl config use-context prod\n$/);
    expect(readFileSync(pathIn(host, 'a'), 'utf8')).toBe(prod);
  });

  it('keeps a symbolic link', async () => {
    const host = await homeWith({ 'dotfiles/config': prod, '.kube/x': '' });
    symlinkSync('../dotfiles/config', pathIn(host, '.kube/config'));
    await call(['cluster', 'use', 'prod'], { host });
    expect(lstatSync(pathIn(host, '.kube/config')).isSymbolicLink()).toBe(true);
    expect(readFileSync(pathIn(host, 'dotfiles/config'), 'utf8')).toBe(`${prod}current-context: prod\n`);
  });

  it('brings our entry along where the kubeconfig lacks it', async () => {
    const host = await homeWith({ '.kube/config': prod }, 'running');
    expect((await call(['cluster', 'use', 'spark-dev'], { host })).exitCode).toBe(0);
    expect(await list(host)).toMatchObject([{ name: 'prod' }, { name: 'spark-dev', ours: true, current: true }]);
  });

  it('names a broken file with line and column and leaves it alone', async () => {
    const host = await homeWith({ a: 'users: [\n', b: prod });
    const { stdout } = await call(['cluster', 'use', 'prod', '--json'], { host });
    expect(readError(stdout)).toMatchObject({ code: 'KUBECONFIG_BROKEN', exitCode: 9, facts: { line: 2, column: 1 } });
    expect(readFileSync(pathIn(host, 'a'), 'utf8')).toBe('users: [\n');
  });

  it('knows no other, and names the nearest', async () => {
    const host = await homeWith({ a: prod });
    const { stdout } = await call(['cluster', 'use', 'prd', '--json'], { host });
    expect(readError(stdout)).toMatchObject({
      code: 'CONTEXT_UNKNOWN',
      exitCode: 2,
      fix: ['spark-dev cluster use prod', 'spark-dev cluster list'],
    });
    expect(readFileSync(pathIn(host, 'a'), 'utf8')).toBe(prod);
  });
});
