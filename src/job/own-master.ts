import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Host } from '../ports/host.js';
import type { JobMain } from './job.js';

interface OwnMaster {
  readonly master: string;
  /** Counted from 1. */
  readonly line: number;
}

const setters = String.raw`(?:\.(?:master|setMaster)\(|["']spark\.master["']\s*,)\s*["']([^"'\n]+)["']`;
const strings = String.raw`"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'`;
const comments = { python: String.raw`#[^\n]*`, scala: String.raw`//[^\n]*|/\*[\s\S]*?\*/` };

/** Pure: the first master that a source sets by a literal, outside comments and other strings. */
export function findOwnMaster(source: string, language: keyof typeof comments): OwnMaster | undefined {
  const tokens = new RegExp([setters, comments[language], strings].join('|'), 'g');
  for (const { 1: master, index } of source.matchAll(tokens))
    if (master !== undefined) return { master, line: source.slice(0, index).split('\n').length };
  return undefined;
}

/** A master in the program wins over the target: warns where that changes where it runs. */
export async function warnOwnMaster(host: Host, main: JobMain, target: 'local' | 'cluster'): Promise<void> {
  const file =
    main.kind === 'scala' ? main.source : main.kind === 'python' && main.at.where === 'here' ? main.at.path : undefined;
  if (file === undefined) return;
  const source = await readFile(file, 'utf8').catch(() => '');
  const own = findOwnMaster(source, main.kind === 'scala' ? 'scala' : 'python');
  if (own === undefined || (target === 'local' && own.master.startsWith('local'))) return;
  const effect =
    target === 'local'
      ? 'Spark looks for it instead of running in local mode'
      : own.master.startsWith('local')
        ? 'the driver does all the work, and executors stay idle'
        : "Spark looks for it instead of the run's cluster";
  host.ui.warn(
    `${basename(file)}:${String(own.line)} sets the master ${JSON.stringify(own.master)} itself: ${effect}. Leave it out`,
  );
}
