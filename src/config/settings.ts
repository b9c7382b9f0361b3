import type { z } from 'zod';
import type { saidSchema } from './app-schema.js';
import type { settingsSchema } from './schema.js';
import { SparkDevError } from '../errors/spark-dev-error.js';

export type SettingsFile = z.output<typeof settingsSchema>;

export type AppSettings = SettingsFile['apps'][string];

/** An application's flags: any part of an entry. */
export type AppSaid = z.output<typeof saidSchema>;

export interface AppOrigin {
  readonly file: string;
  readonly locate: Locate;
}

/** Registry → mirror, and repository → other sources. */
export type ImageSettings = NonNullable<SettingsFile['images']>;

/** The user's file overridden by the project's; undefined where neither sets a value. */
export interface Settings extends Omit<Partial<SettingsFile>, 'version' | 'memory' | 'apps'> {
  readonly memoryMb?: number;
  /** Set by flag: then this port or none. */
  readonly uiPortIsStrict?: boolean;
  readonly apps: SettingsFile['apps'];
  readonly origins: Readonly<Record<string, AppOrigin>>;
}

export const noSettings: Settings = { apps: {}, origins: {} };

export interface Problem {
  /** Dotted, `apps.pi.lang`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** `apps.pi.lang` → line and column of the nearest location in the text. */
export type Locate = (path: readonly string[]) => { readonly line: number; readonly column: number };

/** All problems at once, each with a location that editors can open. */
export function configInvalid(file: string, problems: readonly Problem[]): SparkDevError {
  const count = problems.length === 1 ? 'a problem' : `${String(problems.length)} problems`;
  const lines = problems.map(
    ({ path, message, line, column }) =>
      `${file}:${String(line)}:${String(column)} ${path === '' ? '' : `${path}: `}${message}`,
  );
  return new SparkDevError('CONFIG_INVALID', `${file} has ${count}`, {
    why: limitList(lines).join('\n'),
    fix: [`Edit ${file}`, 'spark-dev help CONFIG_INVALID'],
    facts: { file, problems },
  });
}

const mostShown = 20;

/** The start of a long list, for people; `facts` keep all of it. */
export function limitList(items: readonly string[]): readonly string[] {
  const left = items.length - mostShown;
  return left <= 0 ? items : [...items.slice(0, mostShown), `and ${String(left)} more`];
}
