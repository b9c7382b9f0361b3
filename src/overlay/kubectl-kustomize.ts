import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { Host } from '../ports/host.js';
import type { Argv, RunResult } from '../ports/runner.js';
import { findTool } from '../toolchain/find-tool.js';
import type { OverlayFiles } from './kustomize/kustomization.js';
import { writeFiles } from './overlay-folder.js';

const endsWithinMs = 30_000;

export function kustomizeArgv(kubectl: string, folder: string): Argv {
  return [kubectl, 'kustomize', folder];
}

/** The rendered objects of an overlay from the real kustomize; asks no cluster. */
export async function renderOverlay(host: Host, files: OverlayFiles, signal: AbortSignal): Promise<string> {
  return (await runKustomize(host, files, signal)).stdout;
}

/** Paths in its output are below the overlay. */
export async function runKustomize(
  host: Host,
  files: OverlayFiles,
  signal: AbortSignal,
  accept: readonly number[] = [],
): Promise<Pick<RunResult, 'exitCode' | 'stdout' | 'stderr'>> {
  return withFolder(files, async (folder) => {
    const argv = kustomizeArgv(await requireKubectl(host, signal), folder);
    const ended = await host.runner.run(argv, { signal, timeoutMs: endsWithinMs, accept });
    const root = await realpath(folder);
    const stderr = ended.stderr.replaceAll(`${root}/`, '').replaceAll(root, '.');
    return { exitCode: ended.exitCode, stdout: `${ended.stdout.trimEnd()}\n`, stderr };
  });
}

export async function requireKubectl(host: Host, signal: AbortSignal): Promise<string> {
  const { found } = await findTool(host, 'kubectl', signal);
  if (found !== undefined) return found.path;
  throw new SparkDevError('TOOL_MISSING', 'kubectl is missing, and rendering needs it', {
    fix: ['spark-dev init --yes   # installs it', 'spark-dev doctor'],
  });
}

/** Calls the function with the files in a temporary folder, then removes it. */
export async function withFolder<Result>(
  files: OverlayFiles,
  act: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'spark-dev-overlay-'));
  try {
    await writeFiles(folder, files);
    return await act(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
