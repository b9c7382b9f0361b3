import type { z } from 'zod';
import type { saidSchema } from './app-schema.js';
import type { Locate } from './problem.js';
import type { settingsSchema } from './schema.js';

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
