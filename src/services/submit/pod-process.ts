import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { askKubectl, runKubectl } from '../../kube/kubectl.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { writePrivately } from '../../runs/run-folder.js';
import { everyExitCode, type Argv } from '../../ports/runner.js';
import { workFolder } from './driver-pod.js';
import { execArgv, scriptWords } from './pod-exec.js';
import { serviceContainer } from './submit-service.js';
import { aliveScript, endScript, processScript, unpackScript } from './pod-process-scripts.js';
import { listLines } from '../../text/words.js';

/** A program of one run in the submit pod, with a private folder there. */
export interface PodProcess {
  readonly folder: string;
  readonly unpack: Argv;
  readonly start: (words: Argv) => Argv;
  readonly end: Argv;
}

export interface StagedFiles {
  /** Name in the pod → path on this machine. */
  readonly copied: Readonly<Record<string, string>>;
  readonly written: Readonly<Record<string, string>>;
}

const unpackedWithinMs = 120_000;
const endedWithinMs = 30_000;

const runsFolder = `${workFolder}/runs`;

export function podFolder(runId: string): string {
  return `${runsFolder}/${runId}`;
}

/** Finds short spark-submit processes too, which claim no ports. */
export async function listAlive(session: NamespaceSession, pod: string): Promise<readonly string[]> {
  const place = { pod, container: serviceContainer };
  const argv = execArgv(session.cluster, place, 'none', scriptWords(aliveScript, runsFolder));
  return listLines(await askKubectl(session, argv, { accept: everyExitCode }));
}

export function planProcess(cluster: PreparedCluster, pod: string, runId: string): PodProcess {
  const folder = podFolder(runId);
  const exec = (input: 'none' | 'stdin', words: Argv): Argv =>
    execArgv(cluster, { pod, container: serviceContainer }, input, words);
  return {
    folder,
    unpack: exec('stdin', scriptWords(unpackScript, folder)),
    start: (words) => exec('stdin', scriptWords(processScript, folder, ...words)),
    end: exec('none', scriptWords(endScript, folder)),
  };
}

/** Sends one tar through kubectl exec, which is faster than building an image. `folder` is on this machine. */
export async function stageFiles(
  session: NamespaceSession,
  process: PodProcess,
  folder: string,
  { copied, written }: StagedFiles,
): Promise<void> {
  const files = join(folder, 'pod');
  await mkdir(files, { recursive: true });
  for (const [name, from] of Object.entries(copied)) await copyFile(from, join(files, name));
  for (const [name, text] of Object.entries(written)) await writePrivately(join(files, name), text);
  const archive = join(folder, 'pod.tar');
  const names = [...Object.keys(copied), ...Object.keys(written)];
  const { create } = await import('tar');
  await create({ file: archive, cwd: files, portable: true }, names);
  try {
    await runKubectl(session, process.unpack, { stdinFile: archive, timeoutMs: unpackedWithinMs });
  } finally {
    await rm(archive, { force: true });
    await rm(files, { recursive: true, force: true });
  }
}

/** Returns the exit code of a program that had already ended; undefined if it was still running or its pod is gone. */
export async function endProcess(
  { host, cluster }: Omit<NamespaceSession, 'signal'>,
  process: PodProcess,
): Promise<number | undefined> {
  const options = { accept: everyExitCode, timeoutMs: endedWithinMs };
  const stdout = await askKubectl({ host, cluster }, process.end, options);
  return /^\d+$/.test(stdout.trim()) ? Number(stdout.trim()) : undefined;
}
