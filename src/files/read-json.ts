import { readFile } from 'node:fs/promises';

/** Undefined for invalid JSON, so that a schema refuses both alike. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined if the file is missing or has no valid JSON. */
export async function readJson(file: string): Promise<unknown> {
  return tryJson(await readFile(file, 'utf8').catch(() => ''));
}
