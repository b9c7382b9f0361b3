import type { z } from 'zod';
import type { settingsSchema } from './schema.js';

type Written = z.output<typeof settingsSchema>;

/** One file, read. */
export type SettingsFile = Written;

export type AppSettings = Written['apps'][string];

/** Registry → mirror, and repository → where else it is to be had. */
export type ImageSettings = NonNullable<Written['images']>;

/** The user's file and, over it, the project's; what neither says is undefined. */
export interface Settings extends Omit<Partial<Written>, 'version' | 'memory' | 'apps'> {
  readonly memoryMb?: number;
  readonly apps: Written['apps'];
}

export const noSettings: Settings = { apps: {} };
