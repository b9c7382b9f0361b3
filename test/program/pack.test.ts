import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { readDocumentedCommands } from './documented-commands.js';

const run = promisify(execFile);
const place = mkdtempSync(join(tmpdir(), 'spark-dev-pack-'));
const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', place];
let files: readonly string[] = [];

beforeAll(async () => {
  const { stdout } = await run('npm', pack);
  const [packed] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  files = packed.files.map((file) => file.path);
  await run('npm', ['install', '--no-audit', '--no-fund', join(place, packed.filename)], { cwd: place });
}, 240_000);

const call = (...words: readonly string[]) => run('npx', ['spark-dev', ...words], { cwd: place });

it('has all that runs and nothing that does not', () => {
  for (const needed of [
    'dist/main.js',
    'dist/help.txt',
    'dist/THIRD-PARTY.txt',
    'dist/xdg-open',
    'examples/sparkpi/SparkPi.scala',
    'schemas/envelope.schema.json',
    'schemas/event.schema.json',
    'schemas/spark-dev.schema.json',
    'images/node/Dockerfile',
    'toolchain/minikube/go.sum',
    'README.md',
  ]) {
    expect(files).toContain(needed);
  }
  expect(files.filter((path) => /\.test\.|^(src|test|bench|node_modules)\//.test(path))).toEqual([]);
});

it('runs the first command of the README where it was installed', async () => {
  const first = readDocumentedCommands('README.md').find((command) => command.words[0] === 'run');
  expect(first?.words).toEqual(['run', 'sparkpi']);
  // with a cluster on this machine the same words would go there
  const env = { ...process.env, SPARK_DEV_TARGET: 'local' };
  const { stdout } = await run('npx', ['spark-dev', ...(first?.words ?? [])], { cwd: place, env });
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^Pi is roughly 3\.1\d*$/);
});

it('has the version of this checkout', async () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect((await call('--version')).stdout).toBe(`${manifest.version}\n`);
});

it('brings its libraries in the bundle, with their licences', () => {
  expect(readdirSync(join(place, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['spark-dev']);
  const notices = readFileSync(join(place, 'node_modules/spark-dev/dist/THIRD-PARTY.txt'), 'utf8');
  for (const name of ['@kubernetes/client-node', 'commander', 'dockerode', 'undici', 'zod'])
    expect(notices).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
});

it('loads one small file for --version and --help', () => {
  const dist = join(place, 'node_modules/spark-dev/dist');
  const loaded = new Set(['main.js']);
  for (const file of loaded) {
    const text = readFileSync(join(dist, file), 'utf8');
    for (const [, name = ''] of text.matchAll(/^import .*"\.\/(.+)";$/gm)) loaded.add(name);
  }
  expect([...loaded]).toEqual(['main.js', expect.stringMatching(/^package-/)]);
});

it('finds what lies beside the bundle', async () => {
  expect((await call('--help')).stdout).toContain('Examples:');
  const { checks } = dataOf(await call('doctor', '--json').catch((error: unknown) => error as { stdout: string }));
  expect(checks).toContainEqual(expect.objectContaining({ id: 'node', status: 'ok' }));
  const { overlays } = dataOf(await call('overlay', 'list', '--json'));
  expect(overlays).toContainEqual(expect.objectContaining({ app: 'sparkpi', from: 'examples' }));
  const { commands } = dataOf(await call('run', 'sparkpi', '--dry-run', '--target', 'local', '--json'));
  expect(commands).toHaveLength(1);
});

function dataOf({ stdout }: { readonly stdout: string }): Record<string, unknown> {
  return (JSON.parse(stdout) as { data: Record<string, unknown> }).data;
}
