import { createHash } from 'node:crypto';
import { open, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import {
  kubernetesVersion,
  sourceTool,
  type SourceToolName,
  compareVersions,
  majorOf,
  minorOf,
} from './source-tools.js';
import { findBuiltTool } from './tool-directory.js';
import { makeToolTmp, toolEnv, toolTmp } from './tool-env.js';
import { findRelease } from './upstream/install.js';
import { releases, type ReleaseName } from './upstream/pins.js';
import { replaceFile } from '../files/paths.js';

/** The programs that we call on the user's own machine. */
export type HostToolName = ReleaseName;

export interface FoundTool {
  readonly path: string;
  readonly version: string;
  readonly origin: 'path' | 'managed';
}

/** Why the program on PATH is not used; undefined if there is none. */
export type ToolAnswer =
  { readonly found: FoundTool } | { readonly found: undefined; readonly rejected: string | undefined };

type Ask = (...args: readonly string[]) => Promise<string>;

interface HostTool {
  readonly builtBy: SourceToolName;
  readonly versionArgs: readonly string[];
  readonly version: RegExp;
  /** A message if this version is not suitable; `ask` runs the program. */
  readonly reject: (version: string, ask: Ask) => Promise<string | undefined> | string | undefined;
}

export const hostTools: Readonly<Record<HostToolName, HostTool>> = {
  minikube: {
    builtBy: 'minikube',
    versionArgs: ['version', '-o', 'json'],
    version: /"minikubeVersion": ?"([^"]+)"/,
    reject: async (version, ask) =>
      rejectOlder(version, sourceTool('minikube').version) ?? (await rejectUnknowing(ask)),
  },
  skaffold: {
    builtBy: 'skaffold',
    versionArgs: ['version'],
    version: /^(v\d+\.\d+\.\d+)/m,
    reject: (version) => rejectOlder(version, sourceTool('skaffold').version),
  },
  kubectl: {
    builtBy: 'kubernetes',
    versionArgs: ['version', '--client', '-o', 'json'],
    version: /"gitVersion": ?"([^"]+)"/,
    reject: rejectSkewed,
  },
};

/** A suitable one on PATH, otherwise the one that we built or downloaded, otherwise none. */
export async function findTool(host: Host, name: HostToolName, signal?: AbortSignal): Promise<ToolAnswer> {
  const onPath = await examineOnPath(host, name, signal);
  if (onPath.found !== undefined) return onPath;
  const source = sourceTool(hostTools[name].builtBy);
  const built = await findBuiltTool(host, source);
  const path = built?.binaries[name] ?? (await findRelease(host, releases[name]))?.path;
  if (path === undefined) return onPath;
  await makeToolTmp(host);
  return { found: { path, version: source.version, origin: 'managed' } };
}

async function examineOnPath(host: Host, name: HostToolName, signal?: AbortSignal): Promise<ToolAnswer> {
  const tool = hostTools[name];
  const path = await host.runner.which(name);
  if (path === undefined) return { found: undefined, rejected: undefined };
  const askIt = async (...args: readonly string[]): Promise<string> => (await ask(host, [path, ...args], signal)) ?? '';
  const version = tool.version.exec(await askIt(...tool.versionArgs))?.[1];
  if (version === undefined) return { found: undefined, rejected: `${path} does not report its version` };
  const reason = await tool.reject(version, askIt);
  return reason === undefined
    ? { found: { path, version, origin: 'path' } }
    : { found: undefined, rejected: `${path} is ${version}, ${reason}` };
}

/** For an unknown Kubernetes version minikube would ask the network whether it exists. Lines of the answer: `* v1.34.4`. */
async function rejectUnknowing(ask: Ask): Promise<string | undefined> {
  const known = (await ask('config', 'defaults', 'kubernetes-version')).split('\n');
  return known.some((line) => line.replace(/^\*\s*/, '').trim() === kubernetesVersion)
    ? undefined
    : `which does not know Kubernetes ${kubernetesVersion}`;
}

function rejectOlder(version: string, wanted: string): string | undefined {
  return compareVersions(version, wanted) < 0 ? `older than ${wanted}` : undefined;
}

/** One minor version on either side: https://kubernetes.io/releases/version-skew-policy/#kubectl */
function rejectSkewed(version: string): string | undefined {
  const distance = Math.abs(minorOf(version) - minorOf(kubernetesVersion));
  const isNear = majorOf(version) === majorOf(kubernetesVersion) && distance <= 1;
  return isNear ? undefined : `too far from Kubernetes ${kubernetesVersion}`;
}

async function ask(host: Host, argv: readonly string[], signal?: AbortSignal): Promise<string | undefined> {
  await makeToolTmp(host);
  const kept = await placeOfAnswer(host, argv);
  const known = kept && (await readFile(kept, 'utf8').catch(() => undefined));
  if (known !== undefined) return known;
  try {
    const { stdout } = await host.runner.run(argv, { env: toolEnv(host), timeoutMs: 10_000, signal });
    if (kept !== undefined) await replaceFile(kept, stdout).catch(() => undefined);
    return stdout;
  } catch (error) {
    if (error instanceof SparkDevError && error.code !== 'INTERRUPTED') return undefined;
    throw error;
  }
}

/** Where an answer is kept that holds as long as the file is the same. Undefined for a script, or for a shim under another name: either may call another program each time. */
async function placeOfAnswer(host: Host, argv: readonly string[]): Promise<string | undefined> {
  const path = argv[0] ?? '';
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer.toString() === '#!' || basename(await realpath(path)) !== basename(path)) return undefined;
    const { size, mtimeMs, ctimeMs, ino } = await file.stat();
    const of = createHash('sha256').update(JSON.stringify([argv, size, mtimeMs, ctimeMs, ino]));
    return join(toolTmp(host), `answer-${of.digest('hex').slice(0, 16)}`);
  } finally {
    await file.close();
  }
}
