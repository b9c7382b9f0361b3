import { createHash } from 'node:crypto';
import { open, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { replaceFile } from '../files/replace-file.js';
import type { Host } from '../ports/host.js';
import { compareVersions, majorOf, minorOf } from './semantic-version.js';
import { kubernetesVersion, sourceTool, type SourceToolName } from './source-tools.js';
import { findBuiltTool } from './tool-directory.js';
import { makeToolTmp, toolEnv, toolTmp } from './tool-env.js';
import { findRelease } from './upstream/install.js';
import { releases, type ReleaseName } from './upstream/pins.js';

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

interface HostTool {
  readonly builtBy: SourceToolName;
  readonly versionArgs: readonly string[];
  readonly parseVersion: (stdout: string) => string | undefined;
  /** A message if this version is not suitable. */
  readonly reject: (version: string) => string | undefined;
  /** The same where it must be asked. */
  readonly examine?: typeof rejectUnknowing;
}

const hostTools: Readonly<Record<HostToolName, HostTool>> = {
  minikube: {
    builtBy: 'minikube',
    versionArgs: ['version', '-o', 'json'],
    parseVersion: (stdout) => readString(stdout, ['minikubeVersion']),
    reject: (version) => rejectOlder(version, sourceTool('minikube').version),
    examine: rejectUnknowing,
  },
  skaffold: {
    builtBy: 'skaffold',
    versionArgs: ['version'],
    parseVersion: (stdout) => /^v\d+\.\d+\.\d+/m.exec(stdout)?.[0],
    reject: (version) => rejectOlder(version, sourceTool('skaffold').version),
  },
  kubectl: {
    builtBy: 'kubernetes',
    versionArgs: ['version', '--client', '-o', 'json'],
    parseVersion: (stdout) => readString(stdout, ['clientVersion', 'gitVersion']),
    reject: rejectSkewed,
  },
};

/** A suitable one on PATH, otherwise the one that we built or downloaded, otherwise none. */
export async function findTool(host: Host, name: HostToolName, signal?: AbortSignal): Promise<ToolAnswer> {
  const tool = hostTools[name];
  const onPath = await examineOnPath(host, name, tool, signal);
  if (onPath.found !== undefined) return onPath;
  const built = await findBuiltTool(host, sourceTool(tool.builtBy));
  const path = built?.binaries[name] ?? (await findRelease(host, releases[name]))?.path;
  if (path !== undefined) await makeToolTmp(host);
  return path === undefined
    ? onPath
    : { found: { path, version: sourceTool(tool.builtBy).version, origin: 'managed' } };
}

async function examineOnPath(
  host: Host,
  name: HostToolName,
  tool: HostTool,
  signal?: AbortSignal,
): Promise<ToolAnswer> {
  const path = await host.runner.which(name);
  if (path === undefined) return { found: undefined, rejected: undefined };
  const version = tool.parseVersion((await ask(host, [path, ...tool.versionArgs], signal)) ?? '');
  if (version === undefined) return { found: undefined, rejected: `${path} does not report its version` };
  const reason = tool.reject(version) ?? (await tool.examine?.(host, path, signal));
  return reason === undefined
    ? { found: { path, version, origin: 'path' } }
    : { found: undefined, rejected: `${path} is ${version}, ${reason}` };
}

/** For an unknown Kubernetes version minikube would ask the network whether it exists. */
async function rejectUnknowing(host: Host, minikube: string, signal?: AbortSignal): Promise<string | undefined> {
  const known = await ask(host, [minikube, 'config', 'defaults', 'kubernetes-version'], signal);
  return parseDefaults(known ?? '').includes(kubernetesVersion)
    ? undefined
    : `which does not know Kubernetes ${kubernetesVersion}`;
}

/** Lines of `minikube config defaults`: `* v1.34.4`. */
export function parseDefaults(stdout: string): readonly string[] {
  return stdout.split('\n').map((line) => line.replace(/^\*\s*/, '').trim());
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

function readString(json: string, keys: readonly string[]): string | undefined {
  try {
    let value: unknown = JSON.parse(json);
    for (const key of keys) value = (value as Record<string, unknown> | null | undefined)?.[key];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
