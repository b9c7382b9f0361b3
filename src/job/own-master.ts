import { basename } from 'node:path';
import type { Host } from '../ports/host.js';
import type { JobMain } from './job.js';
import { findLiteral, readOwnSource } from './source-texts.js';

const setters = String.raw`(?:\.(?:master|setMaster)\(|["']spark\.master["']\s*,)`;

/** Pure: the first master that a source sets by a literal. */
export function findOwnMaster(source: Parameters<typeof findLiteral>[0]): ReturnType<typeof findLiteral> {
  return findLiteral(source, setters);
}

/** A master in the program wins over the target: warns where that changes where it runs. */
export async function warnOwnMaster(host: Host, main: JobMain, target: 'local' | 'cluster'): Promise<void> {
  const source = await readOwnSource(main);
  const own = source && findOwnMaster(source);
  if (source === undefined || own === undefined || (target === 'local' && own.value.startsWith('local'))) return;
  const effect =
    target === 'local'
      ? 'Spark looks for it instead of running in local mode'
      : own.value.startsWith('local')
        ? 'the driver does all the work, and executors stay idle'
        : "Spark looks for it instead of the run's cluster";
  host.ui.warn(
    `${basename(source.path)}:${String(own.line)} sets the master ${JSON.stringify(own.value)} itself: ${effect}. Leave it out`,
  );
}
