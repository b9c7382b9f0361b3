import { expect, it } from 'vitest';
import { cruiseTree, plant, repository, type Tree } from './cruise.js';

/** Each costs 30 to 500 ms: what every call loads may reach them only by `await import()`. */
const heavy = /node_modules\/(@kubernetes\/client-node|dockerode|execa|inquirer|undici|tar|yauzl|yaml|zod)\//;

/** Chains of ordinary imports from what every call loads to a heavy library. */
async function findHeavyChains(root: string, folders: string[]): Promise<readonly string[]> {
  const { modules } = await cruiseTree(root, folders);
  const bySource = new Map(modules.map((module) => [module.source, module]));
  const starts = modules.filter(({ source }) =>
    /^src\/(cli(\/completion)?\/[^/]+(?<!\.test)|[^/]+|commands\/(doctor|help|version))\.ts$/.test(source),
  );
  const reached = new Map(starts.map(({ source }) => [source, source]));
  for (const [source, chain] of reached) {
    for (const dependency of bySource.get(source)?.dependencies ?? []) {
      const costsNothing =
        dependency.dynamic || dependency.typeOnly === true || dependency.dependencyTypes.includes('type-only');
      if (!costsNothing && !reached.has(dependency.resolved))
        reached.set(dependency.resolved, `${chain} → ${dependency.resolved}`);
    }
  }
  return [...reached].filter(([source]) => heavy.test(source)).map(([, chain]) => chain);
}

it('keeps heavy libraries out of what every call loads', async () => {
  expect(await findHeavyChains(repository, ['src'])).toEqual([]);
});

it('would notice one, but not a lazy or type-only import', async () => {
  const tree: Tree = {
    'src/cli/one.ts': "import '../config/load.js'; import type { z } from 'zod'; export type Z = typeof z;",
    'src/config/load.ts': "import { parse } from 'yaml'; await import('undici'); export const read = parse;",
  };
  const chains = await findHeavyChains(plant(tree), ['src']);
  expect(chains).toEqual([
    expect.stringMatching(/^src\/cli\/one\.ts → src\/config\/load\.ts → .*node_modules\/yaml\//),
  ]);
});
