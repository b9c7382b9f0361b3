import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseResult, type IForbiddenRuleType, type ICruiseOptions } from 'dependency-cruiser';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

interface Laws {
  readonly forbidden: IForbiddenRuleType[];
  readonly options: ICruiseOptions;
}

export const laws = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as Laws;

/** Paths and texts of a small tree. */
export type Tree = Readonly<Record<string, string>>;

/** Writes the tree beside a link to our node_modules, where imports of libraries resolve as in the repository. */
export function plant(tree: Tree): string {
  const root = mkdtempSync(join(tmpdir(), 'spark-dev-laws-'));
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  for (const [path, text] of Object.entries(tree)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** The same rules and options as `npm run check`, on any tree. */
export async function cruiseTree(root: string, folders = ['src', 'test']): Promise<ICruiseResult> {
  const { tsConfig: _tsConfig, ...options } = laws.options;
  const resolving = options.enhancedResolveOptions ?? {};
  const result = await cruise(
    folders,
    { ...options, baseDir: root, validate: true, ruleSet: { forbidden: laws.forbidden } },
    resolving,
  );
  if (typeof result.output === 'string') throw new Error(result.output);
  return result.output;
}

export function brokenRules(result: ICruiseResult): readonly string[] {
  return [...new Set(result.summary.violations.map((violation) => violation.rule.name))].sort();
}
