import type { Host } from '../ports/host.js';
import type { Argv } from '../ports/runner.js';
import type { Daemon } from './daemon.js';

export function historyArgv(reference: string): Argv {
  return ['docker', 'history', '--no-trunc', '--human=false', '--format', '{{.Size}} {{.CreatedBy}}', reference];
}

/** Bytes of the layer with the class archive; undefined for an image without one. */
export function parseArchiveBytes(stdout: string): number | undefined {
  const line = stdout.split('\n').find((one) => one.includes('/opt/spark/spark.jsa'));
  return line === undefined ? undefined : Number.parseInt(line);
}

/** What the archive adds to the plain image; undefined where the daemon has no such image, or that has none. */
export async function readArchiveBytes(
  host: Host,
  { dockerEnv }: Daemon,
  reference: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const options = { signal, accept: [1], timeoutMs: 30_000, ...(dockerEnv === undefined ? {} : { env: dockerEnv }) };
  return parseArchiveBytes((await host.runner.run(historyArgv(reference), options)).stdout);
}
