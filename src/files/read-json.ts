import { readFile } from 'node:fs/promises';

/** Undefined where the text is no JSON, so that a schema refuses both alike. */
export function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined where there is no such file, or it holds no JSON. */
export async function readJson(file: string): Promise<unknown> {
  return tryJson(await readFile(file, 'utf8').catch(() => ''));
}
