import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'rolldown';

/** Builds source files (`cli/signals`) for a Node of their own; answers the expression that loads one. */
export async function buildModules<Name extends string>(...names: readonly Name[]): Promise<(name: Name) => string> {
  const dir = mkdtempSync(join(tmpdir(), 'spark-dev-modules-'));
  await build({
    input: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
    platform: 'node',
    logLevel: 'warn',
    output: { dir, entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
  });
  return (name) => `await import(${JSON.stringify(pathToFileURL(join(dir, `${name}.mjs`)).href)})`;
}
