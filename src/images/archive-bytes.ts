import type { Host } from '../ports/host.js';
import type { Daemon } from './daemon.js';

/** Size in bytes of the layer with the class archive; undefined if the image has none. */
export function parseArchiveBytes(stdout: string): number | undefined {
  const line = stdout.split('\n').find((one) => one.includes('/opt/spark/spark.jsa'));
  return line === undefined ? undefined : Number.parseInt(line);
}

/** What the archive adds to the plain image; undefined if the daemon lacks the image or the image has no archive. */
export async function readArchiveBytes(
  host: Host,
  { dockerEnv }: Daemon,
  reference: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const argv = ['docker', 'history', '--no-trunc', '--human=false', '--format', '{{.Size}} {{.CreatedBy}}', reference];
  const options = { signal, accept: [1], timeoutMs: 30_000, env: dockerEnv };
  return parseArchiveBytes((await host.runner.run(argv, options)).stdout);
}
