import { describe, expect, it } from 'vitest';
import { brokenRules, cruiseTree, laws, plant } from './cruise.js';
import { lawfulTree, seeds } from './seeds.js';

it('leaves a lawful tree alone', async () => {
  const result = await cruiseTree(plant(lawfulTree));
  expect(result.summary.violations).toEqual([]);
  expect(result.modules.map((module) => module.source)).toEqual(expect.arrayContaining(Object.keys(lawfulTree)));
});

it('has a seed for every law, and a law for every seed', () => {
  expect(Object.keys(seeds).sort()).toEqual(laws.forbidden.map((rule) => rule.name).sort());
});

it('explains every law in a sentence', () => {
  for (const rule of laws.forbidden) expect(rule.comment).toMatch(/^.{20,}\.$/);
});

describe.each(Object.entries(seeds))('%s', (rule, trees) => {
  it.each(trees.map((tree) => [Object.entries(tree)[0]?.join(': ') ?? '', tree] as const))(
    'is broken by %s',
    async (_first, tree) => {
      expect(brokenRules(await cruiseTree(plant({ ...lawfulTree, ...tree })))).toEqual([rule]);
    },
  );
});
