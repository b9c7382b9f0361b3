import { join } from 'node:path';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { repository } from './cruise.js';

const eslint = new ESLint({ cwd: repository });

/** The text is linted as if it stood in that file; the file itself is not touched. */
async function rulesBrokenBy(text: string, file: string): Promise<readonly string[]> {
  const [result] = await eslint.lintText(text, { filePath: join(repository, file) });
  return [...new Set((result?.messages ?? []).map((message) => message.ruleId ?? message.message))];
}

describe.each([
  ["export const home = process.env['HOME'];", 'no-restricted-syntax'],
  ['export function leave(): void { process.exit(1); }', 'no-restricted-syntax'],
  ["process.stdout.write('x');", 'no-restricted-syntax'],
  ['export const { platform } = process;', 'no-restricted-syntax'],
  ['export const all = globalThis.process;', 'no-restricted-syntax'],
  ["import { platform } from 'node:process'; export const os = platform;", 'no-restricted-imports'],
  ["console.log('x');", 'no-console'],
])('%s', (text, rule) => {
  it('is refused below main.ts', async () => {
    expect(await rulesBrokenBy(text, 'src/commands/version.ts')).toEqual([rule]);
    expect(await rulesBrokenBy(text, 'src/cli/run.ts')).toEqual([rule]);
  });

  it('is allowed where the world is built', async () => {
    expect(await rulesBrokenBy(text, 'src/adapters/system-platform.ts')).toEqual([]);
  });
});

describe.each([
  'export const argv = (file: string): string[] => [`--kubeconfig=${file}`];',
  "export const flag = '--kubeconfig=/data/kubeconfig';",
  'export const watch = (kube: { watchPods: () => void }): void => { kube.watchPods(); };',
  'export const watch = ({ watchPods }: { watchPods: () => void }): void => { watchPods(); };',
])('%s', (text) => {
  it('is refused outside src/kube', async () => {
    expect(await rulesBrokenBy(text, 'src/commands/version.ts')).toEqual(['no-restricted-syntax']);
    expect(await rulesBrokenBy(text, 'src/run/target.ts')).toEqual(['no-restricted-syntax']);
  });

  it('is allowed in src/kube, where the world stays an argument', async () => {
    expect(await rulesBrokenBy(text, 'src/kube/pods.ts')).toEqual([]);
    expect(await rulesBrokenBy("process.stdout.write('x');", 'src/kube/pods.ts')).toEqual(['no-restricted-syntax']);
  });
});

describe.each([
  ["import type { Host } from '../ports/host.js'; export const open = (host: Host) => host.ui.step('x');"],
  ["import type { Ui } from '../ports/ui.js'; export const open = (ui: Ui) => ui.step('x');"],
  ["import type { StepHandle } from '../ports/ui.js'; export const end = (step: StepHandle) => { step.fail(); };"],
])('%s', (text) => {
  it('is refused outside of src/steps', async () => {
    expect(await rulesBrokenBy(text, 'src/commands/version.ts')).toEqual(['no-restricted-syntax']);
    expect(await rulesBrokenBy(text, 'src/steps/apply.ts')).toEqual([]);
  });
});

describe.each([
  "export const conf = { 'spark.kubernetes.namespace': 'spark' };",
  'export const key = (role: string): string => `spark.kubernetes.${role}.limit.cores`;',
])('%s', (text) => {
  it('is refused except in src/spark, src/job, src/verify and src/fit', async () => {
    expect(await rulesBrokenBy(text, 'src/run/target.ts')).toEqual(['no-restricted-syntax']);
    expect(await rulesBrokenBy(text, 'src/kube/pods.ts')).toEqual(['no-restricted-syntax']);
    expect(await rulesBrokenBy(text, 'src/steps/apply.ts')).toEqual(['no-restricted-syntax']);
    expect(await rulesBrokenBy(text, 'src/spark/conf.ts')).toEqual([]);
    expect(await rulesBrokenBy("process.stdout.write('x');", 'src/spark/conf.ts')).toEqual(['no-restricted-syntax']);
  });
});

describe.each([
  "export const isTheirs = (name: string): boolean => name === 'docker-desktop';",
  "export const isOurs = (cluster: { provider: { name: string } }): boolean => 'minikube' !== cluster.provider.name;",
  "export function weigh(kind: string): number { switch (kind) { case 'shared': return 1; default: return 2; } }",
  'declare const dockerDesktop: object; export const isTheirs = (one: object): boolean => one === dockerDesktop;',
  'declare const minikube: { name: string }; export const isOurs = (name: string): boolean => name === minikube.name;',
])('%s', (text) => {
  it('is refused outside of the provider itself and the list of them', async () => {
    for (const file of ['src/commands/version.ts', 'src/kube/pods.ts', 'src/cli/run.ts'])
      expect(await rulesBrokenBy(text, file)).toEqual(['no-restricted-syntax']);
    expect(await rulesBrokenBy(text, 'src/clusters/docker-desktop/observe.ts')).toEqual([]);
    expect(await rulesBrokenBy(text, 'src/clusters/providers.ts')).toEqual([]);
  });
});

it('refuses the default that throws, behind which a missing case hides', async () => {
  const text =
    "export function f(x: 'a' | 'b'): number { switch (x) { case 'a': return 1; default: throw new Error(x); } }";
  expect(await rulesBrokenBy(text, 'src/commands/version.ts')).toEqual(['no-restricted-syntax']);
});

it.each(['describe.runIf(isRoot)', 'it.skipIf(isRoot)', 'it.skip', 'it.only', 'it.todo'])(
  'refuses %s, which stays green without a proof',
  async (call) => {
    const text = `import { describe, it } from 'vitest'; export const isRoot = true; ${call}('x'); describe('', it);`;
    for (const file of ['src/kube/names.test.ts', 'test/commands/cli.test.ts'])
      expect(await rulesBrokenBy(text, file)).toContain('no-restricted-syntax');
  },
);

it('finds the forgotten await', async () => {
  const text = 'export function start(): void { Promise.resolve(1); }';
  expect(await rulesBrokenBy(text, 'src/commands/version.ts')).toContain('@typescript-eslint/no-floating-promises');
});

it('refuses files that nobody can read at once', async () => {
  const text = Array.from({ length: 260 }, (_, line) => `export const v${String(line)} = ${String(line)};`).join('\n');
  expect(await rulesBrokenBy(text, 'src/commands/version.ts')).toEqual(['max-lines']);
});
