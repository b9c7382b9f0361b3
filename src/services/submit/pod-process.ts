import { copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { askKubectl, runKubectl, kubectl } from '../../kube/kubectl.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { everyExitCode, type Argv, type RunOptions, type RunResult } from '../../ports/runner.js';
import { writePrivately } from '../../runs/run-folder.js';
import { listLines } from '../../text/words.js';
import { workFolder } from './driver-pod.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import { serviceContainer } from './observe-service.js';
import { readPodProgram } from '../../kube/pods.js';

export interface StagedFiles {
  /** Name in the pod → path on this machine. */
  readonly copied?: Readonly<Record<string, string>>;
  readonly written: Readonly<Record<string, string>>;
}

export interface EndedProcess {
  /** Of kubectl. */
  readonly end: RunResult;
  /** Undefined if the connection broke or the pod is gone. */
  readonly code: number | undefined;
}

export interface PodProcess {
  /** Sends the files into the run's folder. */
  readonly stage: (files: StagedFiles) => Promise<void>;
  /** Runs the program to its end. */
  readonly run: (words: Argv, options: RunOptions) => Promise<EndedProcess>;
}

const unpackedWithinMs = 120_000;
const endedWithinMs = 30_000;
const runsFolder = `${workFolder}/runs`;

export function podFolder(runId: string): string {
  return `${runsFolder}/${runId}`;
}

/** Finds short spark-submit processes too, which claim no ports. */
export async function listAlive(session: NamespaceSession, pod: string): Promise<readonly string[]> {
  const words = scriptWords(await readPodProgram(session.host.directories, 'process-list.sh'), runsFolder);
  const argv = execArgv(session.cluster, { pod, container: serviceContainer }, 'none', words);
  return listLines(await askKubectl(session, argv, { accept: everyExitCode }));
}

/** The commands of one run in the submit pod, where it has a private folder. */
export async function planProcess(
  { host, cluster }: Pick<NamespaceSession, 'host' | 'cluster'>,
  pod: string,
  runId: string,
) {
  const folder = podFolder(runId);
  const [run, end] = await Promise.all(
    ['process-run.sh', 'process-end.sh'].map((name) => readPodProgram(host.directories, name)),
  );
  const exec = (input: 'none' | 'stdin', script = '', ...words: Argv): Argv =>
    execArgv(cluster, { pod, container: serviceContainer }, input, scriptWords(script, folder, ...words));
  return {
    unpack: unpackInPodArgv(cluster, pod, folder),
    start: (words: Argv) => exec('stdin', run, ...words),
    end: exec('none', end),
  };
}

/** A program of one run in the submit pod; ends it there if `act` fails. */
export async function withProcess<Value>(
  session: NamespaceSession,
  pod: string,
  run: { readonly runId: string; readonly folder: string },
  act: (process: PodProcess) => Promise<Value>,
): Promise<Value> {
  const { host, cluster } = session;
  const plan = await planProcess(session, pod, run.runId);
  let code: number | undefined;
  const end = async (): Promise<number | undefined> => {
    const options = { accept: everyExitCode, timeoutMs: endedWithinMs };
    const stdout = (await askKubectl({ host, cluster }, plan.end, options)).trim();
    code = /^\d+$/.test(stdout) ? Number(stdout) : undefined;
    return code;
  };
  try {
    return await act({
      stage: (files) => stageFiles(session, plan.unpack, run.folder, files),
      run: async (words, options) => {
        const how = { env: cluster.childEnv, holdsStdin: true, accept: everyExitCode, ...options };
        return { end: await host.runner.run(plan.start(words), how), code: await end() };
      },
    });
  } catch (error) {
    // an API server that was away when the program ended may be back
    if (code === undefined) await end().catch(() => undefined);
    throw error;
  }
}

/** Unpacks a tar on stdin into a folder of the pod. */
export function unpackInPodArgv(cluster: PreparedCluster, pod: string, folder: string): Argv {
  const script = 'mkdir -p -- "$1" && tar --extract --file=- --directory="$1" --no-same-owner';
  return execArgv(cluster, { pod, container: serviceContainer }, 'stdin', scriptWords(script, folder));
}

/** Sends one tar through kubectl exec, which is faster than building an image. `folder` is on this machine. */
export async function stageFiles(
  session: NamespaceSession,
  unpack: Argv,
  folder: string,
  { copied = {}, written }: StagedFiles,
): Promise<void> {
  const files = join(folder, 'pod');
  const archive = join(folder, 'pod.tar');
  await mkdir(files, { recursive: true });
  for (const [name, from] of Object.entries(copied)) {
    await mkdir(dirname(join(files, name)), { recursive: true });
    await copyFile(from, join(files, name));
  }
  for (const [name, text] of Object.entries(written)) await writePrivately(join(files, name), text);
  const { create } = await import('tar');
  await create({ file: archive, cwd: files, portable: true }, Object.keys({ ...copied, ...written }));
  try {
    await runKubectl(session, unpack, { stdinFile: archive, timeoutMs: unpackedWithinMs });
  } finally {
    await rm(archive, { force: true });
    await rm(files, { recursive: true, force: true });
  }
}

interface PodLocation {
  readonly pod: string;
  readonly container: string;
}

/** `terminal` attaches the user's terminal, with its size and Ctrl-C. */
type ExecInput = 'none' | 'stdin' | 'terminal';

/** Passes the words to a program in the pod without a shell. */
export function execArgv(
  cluster: PreparedCluster,
  { pod, container }: PodLocation,
  input: ExecInput,
  words: readonly string[],
): Argv {
  const streams = { none: [], stdin: ['--stdin'], terminal: ['--stdin', '--tty'] }[input];
  // hides kubectl's note about the chosen container
  const where = [pod, `--container=${container}`, '--quiet', '--'];
  return kubectl(cluster, cluster.namespace).argv('exec', ...streams, ...where, ...words);
}

/** Values are positional parameters, never part of the script. */
export function scriptWords(script: string, ...values: readonly string[]): readonly string[] {
  return ['bash', '-c', script.trim(), 'spark-dev', ...values];
}
