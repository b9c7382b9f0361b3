import { resolve } from 'node:path';
import type { AppSaid, AppSettings } from './settings.js';

/** Spark's placeholder for a job whose class is on the class path already. */
export const noResource = 'spark-internal';

/** Paths in a file or flag are relative to its folder; URLs and image paths stay as they are. */
export function placeApp<Said extends AppSaid>(folder: string, said: Said): Said {
  const place = (location: string): string => placePath(folder, location);
  const placed = {
    path: said.path === undefined ? undefined : place(said.path),
    files: said.files?.map(place),
    jars: said.jars?.map(place),
    pyFiles: said.pyFiles?.map(place),
    with: said.with?.map((one) => (one.endsWith('.whl') ? place(one) : one)),
    requirements:
      said.requirements === undefined || said.requirements === 'none' ? said.requirements : place(said.requirements),
    archives: said.archives?.map(place),
    data: said.data?.map(place),
    driver: placeTemplate(folder, said.driver),
    executor: placeTemplate(folder, said.executor),
  };
  return { ...said, ...Object.fromEntries(Object.entries(placed).filter(([, value]) => value !== undefined)) };
}

function placeTemplate<Role extends { readonly podTemplate?: string | undefined }>(
  folder: string,
  role: Role | undefined,
): Role | undefined {
  return role?.podTemplate === undefined ? role : { ...role, podTemplate: resolve(folder, role.podTemplate) };
}

function placePath(folder: string, location: string): string {
  return location === noResource || /^[a-z][a-z0-9+.-]*:\//i.test(location) ? location : resolve(folder, location);
}

const lists = ['files', 'jars', 'pyFiles', 'with', 'archives', 'data', 'secrets', 'volumes', 'tolerations'] as const;
const maps = ['conf', 'env', 'labels', 'annotations', 'nodeSelector'] as const;

/** Flags over the file: values replace, pairs replace their key, and flag items come before the file's list items. */
export function joinApp(flags: AppSaid, file: AppSettings | undefined): Partial<AppSaid> {
  if (file === undefined) return flags;
  const joined: Record<string, unknown> = { ...file, ...said(flags), args: file.args };
  for (const name of lists) {
    const both = [...(flags[name] ?? []), ...(file[name] ?? [])];
    if (both.length > 0) joined[name] = both;
  }
  for (const name of maps) if (file[name] !== undefined) joined[name] = { ...file[name], ...flags[name] };
  for (const role of ['driver', 'executor'] as const)
    if (file[role] !== undefined) joined[role] = { ...file[role], ...said(flags[role] ?? {}) };
  return joined;
}

/** Where the file defines what the joined entry has at this path. */
export function pathInFile(flags: AppSaid, path: readonly string[]): readonly string[] {
  const [name = '', index = '', ...rest] = path;
  const list = lists.find((one) => one === name);
  if (list === undefined || index === '') return path;
  return [name, String(Number(index) - (flags[list]?.length ?? 0)), ...rest];
}

function said(part: object): object {
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined));
}
