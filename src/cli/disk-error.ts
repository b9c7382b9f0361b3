import { SparkDevError } from '../errors/spark-dev-error.js';

const full = ['ENOSPC', 'EDQUOT'];
const refused = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'];

/** What Node throws of a file system that does not let us: trouble of the machine, not a bug. */
export function explainDiskError(thrown: unknown): SparkDevError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const { code = '', path, dest } = thrown as NodeJS.ErrnoException & { readonly dest?: string };
  const place = dest ?? path;
  if (full.includes(code)) {
    return new SparkDevError('DISK_FULL', place === undefined ? 'The disk is full' : `The disk is full at ${place}`, {
      why: thrown.message,
      fix: ['Free some space and run it again', 'Put the folders on another disk: SPARK_DEV_HOME=/another/folder'],
      cause: thrown,
    });
  }
  if (place === undefined || !refused.includes(code)) return undefined;
  return new SparkDevError('DISK_WRITE_FAILED', `${place} cannot be used`, {
    why: thrown.message,
    fix: [`Look at its owner and mode: ls -ld ${place}`, 'Use other folders: SPARK_DEV_HOME=/another/folder'],
    facts: { path: place },
    cause: thrown,
  });
}
