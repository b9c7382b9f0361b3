import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { findRealPath } from '../../../files/paths.js';
import type { SparkJob } from '../../../job/job.js';
import type { Directories } from '../../../ports/host.js';
import { slugify } from '../../../text/words.js';

/** Hive's tables of the programs that run in one working folder: what Spark would leave in that folder. */
export function tablesFolder({ state, working }: Pick<Directories, 'state' | 'working'>): string {
  const path = findRealPath(working);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return join(state, 'tables', `${slugify(basename(path), 20) || 'folder'}-${hash}`);
}

const catalog = 'spark.sql.catalogImplementation';

/** Whether the program's tables are in Hive's catalog, which outlives it. A jar is not read: losing its tables would be worse. */
export function keepsTables({ main, conf, sources }: SparkJob): boolean {
  if (conf[catalog] !== undefined) return conf[catalog] === 'hive';
  if (main.kind === 'jar' || main.kind === 'class') return true;
  return sources.texts.some(({ text }) => /enableHiveSupport|catalogImplementation/.test(text));
}
