import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { inStep } from '../../steps/apply.js';
import { fetchGo, managedGoPath } from './fetch.js';
import { goEnv, parseGoDirective, parseGoVersion } from './argv.js';
import { sourceTools, type SourceTool, compareVersions } from '../source-tools.js';
import { moduleDirectory } from '../tool-directory.js';

export interface GoToolchain {
  readonly path: string;
  readonly version: string;
  readonly origin: 'path' | 'managed';
}

/** Where Go's own installer and Debian's backports put it, often without a PATH entry. */
const usualPlaces = ['/usr/local/go/bin/go', '/usr/lib/go/bin/go'];

/** The newest version that a pinned module requires. */
export async function requiredGoVersion(host: Host, tools: readonly SourceTool[] = sourceTools): Promise<string> {
  const asked = await Promise.all(
    tools.map(async (tool) => parseGoDirective(await readFile(join(moduleDirectory(host, tool), 'go.mod'), 'utf8'))),
  );
  return asked.reduce<string>((newest, one = '0') => (compareVersions(one, newest) > 0 ? one : newest), '0');
}

/** A Go that is new enough: on PATH, in its usual places, or downloaded earlier. */
export async function findGo(host: Host, minimum: string): Promise<GoToolchain | undefined> {
  const managed = managedGoPath(host);
  for (const path of [await host.runner.which('go'), ...usualPlaces, managed]) {
    const version = path && (await askVersion(host, path));
    if (path && version && compareVersions(version, minimum) >= 0)
      return { path, version, origin: path === managed ? 'managed' : 'path' };
  }
  return undefined;
}

/** Downloads Go through the module proxy if none is new enough. */
export async function ensureGo(
  host: Host,
  minimum: string,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<GoToolchain> {
  const found = await findGo(host, minimum);
  if (found !== undefined) return found;
  await inStep(host, 'Fetch Go', ({ progress }) => fetchGo(host, { ...options, progress }));
  const fetched = await findGo(host, minimum);
  if (fetched !== undefined) return fetched;
  throw new SparkDevError('GO_MISSING', `Go ${minimum} or newer is not available`, {
    why: `The downloaded one at ${managedGoPath(host) ?? 'nowhere'} does not run on this machine.`,
    fix: ['Install Go from https://go.dev/dl and put it on the PATH'],
  });
}

async function askVersion(host: Host, go: string): Promise<string | undefined> {
  if ((await host.runner.which(go)) === undefined) return undefined;
  try {
    const answer = await host.runner.run([go, 'env', 'GOVERSION'], { env: goEnv(host), timeoutMs: 20_000 });
    return parseGoVersion(answer.stdout);
  } catch (error) {
    if (error instanceof SparkDevError && error.code !== 'INTERRUPTED') return undefined;
    throw error;
  }
}
