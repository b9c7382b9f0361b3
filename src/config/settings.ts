import type { z } from 'zod';
import type { saidSchema } from './app-schema.js';
import type { Locate } from './problem.js';
import type { settingsSchema } from './schema.js';

type Written = z.output<typeof settingsSchema>;

/** One file, read. */
export type SettingsFile = Written;

export type AppSettings = Written['apps'][string];

/** What flags say of an application: any part of it. */
export type AppSaid = z.output<typeof saidSchema>;

/** Where an application was written down. */
export interface AppOrigin {
  readonly file: string;
  readonly locate: Locate;
}

/** Registry → mirror, and repository → where else it is to be had. */
export type ImageSettings = NonNullable<Written['images']>;

/** The user's file and, over it, the project's; what neither says is undefined. */
export interface Settings extends Omit<Partial<Written>, 'version' | 'memory' | 'apps'> {
  readonly memoryMb?: number;
  /** Asked for by flag: then that port or none. */
  readonly uiPortIsStrict?: boolean;
  readonly apps: Written['apps'];
  /** By application. */
  readonly origins: Readonly<Record<string, AppOrigin>>;
}

export const noSettings: Settings = { apps: {}, origins: {} };
