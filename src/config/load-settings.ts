import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Host } from '../ports/host.js';
import { configInvalid } from './problem.js';
import { noSettings, type Settings, type SettingsFile } from './settings.js';

export const settingsFileName = 'spark-dev.yaml';
const largestBytes = 256 * 1024;

/** The project's file, found from the working directory upwards, over the user's. Without a file neither yaml nor zod is loaded. */
export async function loadSettings(host: Host): Promise<Settings> {
  const user = await readSettings(join(host.directories.config, settingsFileName));
  const projectFile = await findSettingsFile(host.directories.working);
  const project = projectFile === undefined ? noSettings : await readSettings(projectFile);
  const images = joinImages(user.images, project.images);
  return {
    ...user,
    ...project,
    ...(images === undefined ? {} : { images }),
    apps: { ...user.apps, ...project.apps },
  };
}

function joinImages(user: Settings['images'], project: Settings['images']): Settings['images'] {
  if (user === undefined || project === undefined) return project ?? user;
  return {
    mirrors: { ...user.mirrors, ...project.mirrors },
    fallbacks: { ...user.fallbacks, ...project.fallbacks },
  };
}

/** The project's own, from this folder upwards. */
export async function findSettingsFile(from: string): Promise<string | undefined> {
  const candidate = join(from, settingsFileName);
  if (await isThere(candidate)) return candidate;
  const parent = dirname(from);
  return parent === from ? undefined : findSettingsFile(parent);
}

async function readSettings(file: string): Promise<Settings> {
  if (!(await isThere(file))) return noSettings;
  const text = await readBounded(file);
  const { parseSettings } = await import('./parse-settings.js');
  const parsed = parseSettings(text);
  if ('problems' in parsed) throw configInvalid(file, parsed.problems);
  return placeIn(dirname(file), parsed.settings);
}

async function readBounded(file: string): Promise<string> {
  const complain = (message: string): Error => configInvalid(file, [{ path: '', message, line: 1, column: 1 }]);
  const { size } = await stat(file);
  if (size > largestBytes)
    throw complain(`${String(size)} bytes is too large for settings (${String(largestBytes)} at most)`);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw complain(error instanceof Error ? error.message : String(error));
  });
  if (text.includes('\0')) throw complain('is not a text file');
  return text;
}

/** Paths in a file are relative to it. */
function placeIn(folder: string, file: SettingsFile): Settings {
  const { target, source, provider, lang, namespace, imageRegistry, uiPort, cpus, memory, images } = file;
  const apps = Object.entries(file.apps).map(([name, app]) => [name, { ...app, path: resolve(folder, app.path) }]);
  const written = { target, source, provider, lang, namespace, imageRegistry, uiPort, cpus, memoryMb: memory, images };
  const said = Object.entries(written).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(said), apps: Object.fromEntries(apps) as Settings['apps'] };
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}
