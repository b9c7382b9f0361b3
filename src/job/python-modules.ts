import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { isThere } from '../files/paths.js';
import type { Directories, Host } from '../ports/host.js';
import { slugify } from '../text/words.js';
import { makeWhole } from '../toolchain/half-made.js';
import { packZip, type ZipEntry } from './pack-zip.js';

/** Where these sources are or will be as one archive, named by their content; undefined if there are none. */
export async function archivePath(
  { directories }: Pick<Host, 'directories'>,
  name: string,
  files: readonly ZipEntry[],
): Promise<string | undefined> {
  if (files.length === 0) return undefined;
  const contents = await Promise.all(files.map(async ({ from, to }) => [to, await readFile(from, 'latin1')]));
  return modulePath(directories, `${name}.zip`, JSON.stringify(contents));
}

export async function packModules(files: readonly ZipEntry[], archive: string): Promise<void> {
  if (!(await isThere(archive))) await makeWhole(archive, (part) => packZip(files, part));
}

/** What Spark runs in place of a module, since it takes only files: as `python -m` does it; the private function is the one that Python itself calls. */
export function starterText(module: string): string {
  return `import runpy, sys
if not getattr(sys.flags, 'safe_path', False):
    del sys.path[0]
runpy._run_module_as_main(${JSON.stringify(module)})
`;
}

export function modulePath({ cache }: Directories, name: string, content: string): string {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const ending = extname(name);
  return join(cache, 'modules', `${slugify(basename(name, ending), 50) || 'app'}-${hash}${ending}`);
}
