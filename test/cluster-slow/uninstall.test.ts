import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHost } from '../../src/host.js';
import { dataOf, runProgram, startProgram } from '../program/program.js';

const { data, cache, state, userHome } = createHost({ verbosity: 0, yes: true, input: false }).directories;
/** Hard links, so that what took twenty minutes to build is there again in a moment. */
const aside = mkdtempSync(join(dirname(data), 'set-aside-'));
const env = { XDG_CACHE_HOME: join(aside, 'cache') };
const kubeconfig = join(userHome, '.kube', 'config');
const decoyFile = join(data, 'my-notes.txt');
const neighbour = join(dirname(data), 'spark-dev-notes.txt');

const sh = (program: string, ...words: readonly string[]): string =>
  execFileSync(program, words, { encoding: 'utf8', maxBuffer: 1e9 });
const docker = (...words: readonly string[]): string => sh('docker', ...words);
const editKubeconfig = (...words: readonly string[]): string =>
  sh('kubectl', `--kubeconfig=${kubeconfig}`, 'config', ...words);
const systemFiles = (): string =>
  sh('find', '/etc', '/usr', '-xdev', '-type', 'f', '-printf', '%p %s %m %T@\n').split('\n').sort().join('\n');

const foreignImages = ['shop/etl:2', 'spark-dev/foo:1'];
let before: { readonly files: string; readonly kubeconfig: string };

beforeAll(async () => {
  const init = await runProgram(['init', '--yes', '--no-verify']);
  expect(init.exitCode, init.stderr).toBe(0);
  mkdirSync(env.XDG_CACHE_HOME);
  sh('cp', '-al', data, join(aside, 'data'));
  sh('cp', '-al', state, join(aside, 'state'));
  sh('cp', '-al', cache, join(env.XDG_CACHE_HOME, 'spark-dev'));
  const format = '--format={{.Repository}}:{{.Tag}}';
  const [ours = ''] = docker('image', 'ls', '--filter=label=io.spark-dev.recipe', format).split('\n');
  const [built = '', imported = ''] = foreignImages;
  execFileSync('docker', ['build', '--tag', built, '-'], {
    input: `FROM ${ours}\nLABEL theirs=1\n`,
    env: { ...process.env, DOCKER_BUILDKIT: '0' },
  });
  execFileSync('docker', ['import', '-', imported], { input: execFileSync('tar', ['-c', '-C', '/etc', 'hostname']) });
  docker('volume', 'create', 'foreign-volume');
  docker('network', 'create', 'foreign-network');
  for (const path of [decoyFile, neighbour]) writeFileSync(path, 'theirs');
  editKubeconfig('set-context', 'spark-dev-other', '--cluster=prod');
  before = { files: systemFiles(), kubeconfig: readFileSync(kubeconfig, 'utf8') };
});

/** The cluster is recreated, from the same parts. */
afterAll(async () => {
  for (const [path, name] of [
    [data, 'data'],
    [state, 'state'],
  ] as const) {
    rmSync(path, { recursive: true, force: true });
    sh('mv', join(aside, name), path);
  }
  for (const name of ['minikube', 'kubeconfig', 'docker-run/dockerd.pid'])
    rmSync(join(data, name), { recursive: true, force: true });
  rmSync(aside, { recursive: true, force: true });
  rmSync(neighbour);
  const init = await runProgram(['init', '--yes', '--no-verify']);
  expect(init.exitCode, init.stderr).toBe(0);
  editKubeconfig('delete-context', 'spark-dev-other');
  // they outlived it all
  docker('rmi', ...foreignImages);
  docker('volume', 'rm', 'foreign-volume');
  docker('network', 'rm', 'foreign-network');
}, 600_000);

it('killed in its middle and called again, it removes all that is ours and keeps the rest', async () => {
  const shown = dataOf(await runProgram(['uninstall', '--dry-run', '--json'], env))['removes'];
  expect(shown).toEqual(expect.arrayContaining(['container spark-dev', 'volume spark-dev', 'network spark-dev']));

  const first = startProgram(['uninstall', '--yes'], env);
  await first.says(/… Delete the cluster/);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  first.child.kill('SIGKILL');
  await first.ended;
  expect(dataOf(await runProgram(['uninstall', '--yes', '--json'], env))).toMatchObject({ left: [] });
  expect((await runProgram(['uninstall', '--yes'], env)).stdout).toContain('Nothing to uninstall');

  for (const path of [state, join(env.XDG_CACHE_HOME, 'spark-dev')]) expect(existsSync(path), path).toBe(false);
  expect(sh('ls', '-A', data)).toBe('my-notes.txt\n');
  expect(readFileSync(neighbour, 'utf8')).toBe('theirs');
  expect(systemFiles()).toBe(before.files);
  const after = readFileSync(kubeconfig, 'utf8');
  expect(after).toContain('spark-dev-other');
  expect(after).not.toMatch(/name: "?spark-dev"?$/m);
  const known = new Set([...before.kubeconfig.split('\n'), 'clusters: []', 'contexts: []', 'users: []']);
  expect(after.split('\n').filter((line) => !known.has(line))).toEqual([]);
});
