import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of our package.json: dist/, like src/, lies directly in it. */
export const packageRoot = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** The version of this spark-dev. */
export function ownVersion(): string {
  const manifest = readFileSync(join(packageRoot, 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}

/** The main help, which the build writes: to make it takes longer than to start Node. */
export function builtHelp(): string {
  return readFileSync(join(packageRoot, 'dist', 'help.txt'), 'utf8');
}
