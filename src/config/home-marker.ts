import { randomUUID } from 'node:crypto';
import { link, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { joinWords } from '../errors/quote-argv.js';
import type { Directories } from '../ports/host.js';
import { markerName, type Folders, type OwnFolder } from './own-forms.js';
import { codeOf } from '../errors/spark-dev-error.js';
import { isSameFolder, tryJson } from '../files/paths.js';

const markerLine = '# spark-dev made this folder.';

/** `blank`: left by a power cut, or touched by a user to vouch for the folder. `strange`: a project keeps its overlays under the same name. */
export type Marker = { readonly of: string | undefined; readonly data: string | undefined } | 'blank' | 'strange';

export async function readMarker(folder: string): Promise<Marker | undefined> {
  const path = join(folder, markerName);
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile()) return 'strange';
  if (found.size === 0) return 'blank';
  const text = await readFile(path, 'utf8').catch(() => '');
  if (!text.startsWith(markerLine)) return 'strange';
  const data = tryJson(/^data: (.+)$/m.exec(text)?.[1] ?? '');
  return { of: /^of: (\S+)$/m.exec(text)?.[1], data: typeof data === 'string' ? data : undefined };
}

/** The random id of this home, on everything it makes in Docker. Undefined if the folder was never claimed. */
export async function readHomeId({ data }: Pick<Directories, 'data'>): Promise<string | undefined> {
  return requireHomeIdAt(data).catch(() => undefined);
}

/** Undefined only if there is no such home. A failing disk or a folder of another user may hide one, so that throws. */
export async function requireHomeIdAt(data: string): Promise<string | undefined> {
  try {
    return /^home: ([0-9a-f-]{36})$/m.exec(await readFile(join(data, markerName), 'utf8'))?.[1];
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/**
 * Whether the marker has the user's line that the home was moved from there to here; only a user can tell a moved home from a
 * copy. A later copy has the line too, but its path does not match.
 */
export async function wasMovedFrom({ data }: Pick<Directories, 'data'>, place: string): Promise<boolean> {
  const text = await readFile(join(data, markerName), 'utf8').catch(() => '');
  const begin = `moved: ${place} -> `;
  const said = text.split('\n').flatMap((line) => (line.startsWith(begin) ? [line.slice(begin.length)] : []));
  const same = await Promise.all(said.map((here) => isSameFolder(here, data)));
  return same.includes(true);
}

/** The command for a user who knows that the home was moved. */
export function sayMovedCommand({ data }: Pick<Directories, 'data'>, place: string): string {
  return `${joinWords(['echo', `moved: ${place} -> ${data}`])} >> ${joinWords([join(data, markerName)])}`;
}

/**
 * Appears complete; of two concurrent calls only one makes it. If it cannot be written, the folder stays unmarked, and the
 * command's own writes there fail with their own errors.
 */
export async function mark(directories: Folders, kind: OwnFolder): Promise<void> {
  const folder = directories[kind];
  const draft = join(folder, `${markerName}.new-${randomUUID().slice(0, 8)}`);
  const marker = join(folder, markerName);
  try {
    await mkdir(folder, { recursive: true });
    const home = kind === 'data' ? undefined : await readHomeId(directories);
    await writeFile(draft, describeMarker(directories, kind, home));
    // not every file system has hard links
    await link(draft, marker).catch(async (error: unknown) => {
      const isThere = codeOf(error) === 'EEXIST';
      const now = isThere ? await readMarker(folder) : undefined;
      const isDated =
        typeof now === 'object' &&
        (kind === 'data'
          ? (await readHomeId(directories)) === undefined
          : home !== undefined && (now.of === undefined || now.data === directories.data));
      if (!isThere || now === 'blank' || isDated) await rename(draft, marker);
    });
  } catch {
    return;
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

function describeMarker({ data }: Folders, kind: OwnFolder, home: string | undefined): string {
  return [
    `${markerLine} \`spark-dev uninstall\` removes what it made here, and never in a folder without this file.`,
    'version: 1',
    ...(kind === 'data' ? [`home: ${randomUUID()}`] : []),
    ...(home === undefined ? [] : [`of: ${home}`, `data: ${JSON.stringify(data)}`]),
    '',
  ].join('\n');
}
