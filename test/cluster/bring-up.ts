import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The real suite's ground: the cluster, from registries where it is not there yet. Seconds when it is. */
export function setup(): void {
  const main = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'main.js');
  const init = spawnSync(process.execPath, [main, 'init', '--yes', '--no-verify'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (init.status !== 0) throw new Error(`spark-dev init ended with exit code ${String(init.status)}`);
}
