/** Separate from the schema, so that `--help` starts fast. */
export const standbyModes = ['on', 'off'] as const;
