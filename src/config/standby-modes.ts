/** Separate from the schema, so that `--help` starts fast. */
export const standbyModes = ['on', 'off', 'only'] as const;
export type StandbyMode = (typeof standbyModes)[number];
