import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CommandInput, GlobalFlags } from '../command.js';
import type { Host } from '../ports/host.js';
import { placeApp } from './place-app.js';
import { requireTrusted, readText } from './require-trusted.js';
import { resolveSettings, type SettingOptions } from './resolve.js';
import {
  noSettings,
  type AppSettings,
  type ImageSettings,
  type Settings,
  type SettingsFile,
  configInvalid,
  type Locate,
} from './settings.js';
import { isFile } from '../files/paths.js';

export const settingsFileName = 'spark-dev.yaml';
const largestBytes = 256 * 1024;

/**
 * `--provider` and its variable win over the project's file (searched from the working directory upwards), which wins over the
 * user's. Without a file neither yaml nor zod is loaded. For an example's name, the example's own file has the lowest priority.
 */
export async function loadSettings(
  host: Host,
  { provider }: Partial<Pick<GlobalFlags, 'provider'>>,
  example?: string,
): Promise<Settings> {
  const ours = example === undefined ? noSettings : await readExample(host, example);
  const user = await readSettings(join(host.directories.config, settingsFileName));
  const projectFile = await findSettingsFile(host);
  if (projectFile !== undefined && dirname(projectFile) !== host.directories.working)
    host.ui.say(`Settings from ${projectFile}`);
  const project = projectFile === undefined ? noSettings : await readSettings(projectFile);
  return {
    ...user,
    ...project,
    ...(provider === undefined ? {} : { provider }),
    ...(user.images && project.images ? { images: joinImages(user.images, project.images) } : {}),
    apps: { ...ours.apps, ...user.apps, ...project.apps },
    origins: { ...ours.origins, ...user.origins, ...project.origins },
  };
}

/** The call's options over its variables, over everything that loadSettings reads. */
export async function loadSettingsFor(
  host: Host,
  { options, variables, global }: Pick<CommandInput, 'variables' | 'global'> & { readonly options: SettingOptions },
  example?: string,
): Promise<Settings> {
  return resolveSettings(options, await loadSettings(host, global, example), variables);
}

function joinImages(user: ImageSettings, project: ImageSettings): ImageSettings {
  return {
    mirrors: { ...user.mirrors, ...project.mirrors },
    fallbacks: { ...user.fallbacks, ...project.fallbacks },
  };
}

/** Some examples need more than a source. A name is only ever compared, never made part of a path. */
async function readExample({ directories }: Pick<Host, 'directories'>, name: string): Promise<Settings> {
  const examples = join(directories.package, 'examples');
  const found = (await readdir(examples)).find((folder) => folder === name);
  return found === undefined ? noSettings : readSettings(join(examples, found, settingsFileName));
}

/** The project's own file, from this folder up to the home folder or the file system's edge; refused if another user could have written it. */
export async function findSettingsFile(
  host: Pick<Host, 'directories' | 'env' | 'platform'>,
): Promise<string | undefined> {
  const { working, userHome } = host.directories;
  const home = await realpath(userHome).catch(() => userHome);
  const device = await deviceOf(working);
  for (let folder = working; (await deviceOf(folder)) === device; folder = dirname(folder)) {
    const candidate = join(folder, settingsFileName);
    if (await isFile(candidate)) {
      await requireTrusted(host, candidate);
      return candidate;
    }
    if ([home, dirname(folder)].includes(folder)) break;
  }
  return undefined;
}

async function deviceOf(folder: string): Promise<number | undefined> {
  return (await stat(folder).catch(() => undefined))?.dev;
}

async function readSettings(file: string): Promise<Settings> {
  if (!(await isFile(file))) return noSettings;
  const read = await readText(file, largestBytes);
  if ('message' in read) throw configInvalid(file, [{ path: '', column: 1, ...read }]);
  const { parseSettings } = await import('./parse-settings.js');
  const parsed = parseSettings(read.text);
  if ('problems' in parsed) throw configInvalid(file, parsed.problems);
  return placeIn(file, parsed.settings, parsed.locate);
}

/** Paths in a file are relative to it. */
function placeIn(file: string, written: SettingsFile, locate: Locate): Settings {
  const { version: _version, memory: memoryMb, apps, ...rest } = written;
  const said = Object.entries({ ...rest, memoryMb }).filter(([, value]) => value !== undefined);
  const folder = dirname(file);
  const names = Object.keys(apps);
  return {
    ...Object.fromEntries(said),
    apps: Object.fromEntries(names.map((name) => [name, placeApp(folder, apps[name] as AppSettings)])),
    origins: Object.fromEntries(names.map((name) => [name, { file, locate }])),
  };
}

/** The project's root: the folder of spark-dev.yaml, or the working directory without one. */
export async function findProjectFolder(host: Host): Promise<string> {
  const file = await findSettingsFile(host);
  const folder = file === undefined ? host.directories.working : dirname(file);
  // overlays decide what a run deploys
  const own = join(folder, '.spark-dev');
  const isThere = await stat(own).catch(() => undefined);
  if (isThere !== undefined) await requireTrusted(host, own);
  return folder;
}
