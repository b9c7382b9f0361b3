import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
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

it('has all that runs and nothing that does not', () => {
  for (const needed of [
    'dist/main.js',
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
  const { stdout } = await run('npx', ['spark-dev', '--version'], { cwd: place });
  expect(stdout).toBe(`${manifest.version}\n`);
});
