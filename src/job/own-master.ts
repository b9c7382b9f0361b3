import { basename } from 'node:path';
import type { Host } from '../ports/host.js';
import type { OwnSources, SparkJob } from './job.js';
import { findLiteral } from './literals.js';

// of a session, a conf, and a context, whose first argument it is
const setters = String.raw`(?:\.(?:master|setMaster)\(|["']spark\.master["']\s*,|\bSparkContext\((?:[^()]*\bmaster\s*=)?)`;

/** Pure: the first master that the program's own file sets by a literal. */
export function findOwnMaster({ texts: [source] }: OwnSources): ReturnType<typeof findLiteral> {
  return source && findLiteral(source, setters);
}

/** A master in the program wins over the target: warns where that changes where it runs. */
export function warnOwnMaster({ ui }: Pick<Host, 'ui'>, { sources }: SparkJob, target: 'local' | 'cluster'): void {
  const own = findOwnMaster(sources);
  if (own === undefined || (target === 'local' && own.value.startsWith('local'))) return;
  const effect =
    target === 'local'
      ? 'Spark looks for it instead of running in local mode'
      : own.value.startsWith('local')
        ? 'the driver does all the work, and executors stay idle'
        : "Spark looks for it instead of the run's cluster";
  ui.warn(
    `${basename(sources.texts[0]?.path ?? '')}:${String(own.line)} sets the master ${JSON.stringify(own.value)} itself: ${effect}. Leave it out`,
  );
}
