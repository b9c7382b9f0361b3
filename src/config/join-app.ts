import type { AppSaid, AppSettings } from './settings.js';

const lists = ['files', 'jars', 'pyFiles', 'archives', 'secrets', 'volumes', 'tolerations'] as const;
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
