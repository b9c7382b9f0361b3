import { readFileSync } from 'node:fs';

/** What a real program was recorded to answer. */
export function recorded(path: string): {
  readonly stdout: string;
  /** Where it was recorded apart. */
  readonly stderr?: string;
  readonly exitCode: number;
} {
  return JSON.parse(readFileSync(new URL(`../fixtures/${path}.json`, import.meta.url), 'utf8')) as ReturnType<
    typeof recorded
  >;
}
