import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere } from '../files/paths.js';

/** The paths that a pattern with `*` and `?` stands for, as Spark reads one in `--files`; the pattern itself if there is none. */
export async function expandPattern(location: string): Promise<readonly string[]> {
  if (!/^\/.*[*?]/.test(location) || (await isThere(location))) return [location];
  let paths = ['/'];
  for (const name of location.split('/').filter((part) => part !== '')) {
    const form = new RegExp(
      `^(?!\\.)${name
        .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
      'u',
    );
    const below = paths.map(async (folder) => {
      if (!/[*?]/.test(name)) return [join(folder, name)];
      const names = await readdir(folder).catch(() => []);
      return names.filter((one) => form.test(one)).map((one) => join(folder, one));
    });
    paths = (await Promise.all(below)).flat();
  }
  const existing = await Promise.all(paths.map(isThere));
  const found = paths.filter((_, index) => existing[index]).sort();
  return found.length === 0 ? [location] : found;
}
