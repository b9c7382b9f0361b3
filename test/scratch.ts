import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for all that the tests of this call lay down as temporary, gone with its end. */
export function setup(): (() => void) | undefined {
  // each project calls this, and a folder in a folder would make the paths of sockets too long
  if (process.env['SPARK_DEV_TEST_SCRATCH'] !== undefined) return undefined;
  const root = mkdtempSync(join(tmpdir(), 'spark-dev-tests-'));
  const before = process.env['TMPDIR'];
  Object.assign(process.env, { SPARK_DEV_TEST_SCRATCH: root, TMPDIR: root });
  return () => {
    if (before === undefined) Reflect.deleteProperty(process.env, 'TMPDIR');
    else process.env['TMPDIR'] = before;
    Reflect.deleteProperty(process.env, 'SPARK_DEV_TEST_SCRATCH');
    rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
}
