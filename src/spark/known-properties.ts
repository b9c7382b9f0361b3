import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suggestNearest } from '../config/suggest.js';
import type { Host } from '../ports/host.js';

type World = Pick<Host, 'ui'> & { readonly directories: Pick<Host['directories'], 'package'> };

/** For other cluster managers and for Spark's own servers: neither local mode nor Kubernetes reads them. */
const ofOthers = /^spark\.(yarn\.|mesos\.|deploy\.|worker\.|history\.|cores\.max$|shuffle\.push\.)/;

/** More typing errors than these make another word. */
function mostErrorsOf(key: string): number {
  return Math.min(4, Math.ceil(key.length / 8));
}

/** Names the properties that Spark does not know, with the nearest one, and those without an effect; any version if undefined. */
export async function nameUnknown(
  host: World,
  conf: Readonly<Record<string, string>>,
  version?: string,
): Promise<void> {
  if (Object.keys(conf).length === 0) return;
  const keys = await readKnown(host, version);
  const known = new Set(keys);
  const isBelow = (key: string): boolean =>
    [...key.matchAll(/\./g)].some(({ index }) => known.has(key.slice(0, index + 1)));
  const unknown = Object.keys(conf).filter((key) => !known.has(key) && !isBelow(key));
  const spark = version === undefined ? 'Spark' : `Spark ${version}`;
  const strange: string[] = [];
  for (const key of unknown) {
    const mostErrors = mostErrorsOf(key);
    const alike = keys.filter((one) => Math.abs(one.length - key.length) <= mostErrors);
    const nearest = suggestNearest(key, alike, mostErrors);
    if (nearest === undefined) strange.push(key);
    else host.ui.warn(`${spark} has no property ${key}; did you mean ${nearest}?`);
  }
  if (strange.length > 0) host.ui.say(`Passed on, though ${spark} has no such property: ${strange.join(', ')}`);
  const idle = Object.keys(conf).filter((key) => ofOthers.test(key));
  if (idle.length > 0) host.ui.warn(`Without effect in local mode and on Kubernetes: ${idle.join(', ')}`);
}

/** test/record-spark-properties.mjs writes the file: a key, and the versions that have it unless all do. */
async function readKnown({ directories }: World, version: string | undefined): Promise<readonly string[]> {
  const text = await readFile(join(directories.package, 'toolchain', 'spark', 'properties.txt'), 'utf8');
  return text
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [key = '', ...versions] = line.split(' ');
      return version === undefined || versions.length === 0 || versions.includes(version) ? [key] : [];
    });
}
