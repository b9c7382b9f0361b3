import { readFile } from 'node:fs/promises';
import { join, posix, win32 } from 'node:path';
import { z } from 'zod';
import { SparkDevError, codeOf } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import type { HostCapacity } from '../../kube/size.js';
import { readSettings, type DesktopSettings, type WrittenSize, readWslConfig } from './settings.js';
import { isThere, tryJson } from '../../files/paths.js';
import { listLines } from '../../text/words.js';

/** `desktop-linux` if Docker Desktop made that context: on Linux the default context may be another daemon. */
type DockerContext = string | undefined;

/** A file that sets the size, and its content. */
interface SizeFile<Size> {
  readonly path: string;
  readonly text: string;
  readonly size: Size;
}

export interface DesktopFiles {
  /** Undefined if Docker Desktop was never set up for this user. */
  readonly settings: SizeFile<DesktopSettings> | undefined;
  /** With the WSL 2 engine: the file that counts, even if it does not exist yet. */
  readonly wsl: SizeFile<WrittenSize> | undefined;
}

export interface ObservedDesktop extends DesktopFiles {
  readonly context: DockerContext;
  /** The real size of the virtual machine; undefined when its daemon does not answer. */
  readonly machine: (HostCapacity & { readonly version: string }) | undefined;
  readonly containers: readonly string[];
  /** Whether `docker desktop start` and `stop` exist. */
  readonly hasCommandLine: boolean;
  /** An earlier resize left its backup: it was interrupted. */
  readonly unfinished: boolean;
}

const answerWithinMs = 10_000;
const infoSchema = z.object({
  NCPU: z.number(),
  MemTotal: z.number(),
  OperatingSystem: z.string(),
  ServerVersion: z.string(),
});

export function backupOf(path: string): string {
  return `${path}.before-spark-dev`;
}

/** Reads files, and asks Windows for their place; throws CONFIG_INVALID for an unreadable one. */
export async function readDesktopFiles(host: Host, signal?: AbortSignal): Promise<DesktopFiles> {
  const windowsHome = await findWindowsHome(host, signal);
  const settings = await readFirst(settingsPaths(host, windowsHome));
  const isWslEngine = settings?.size.wslEngine === true && windowsHome !== undefined;
  return { settings, wsl: isWslEngine ? await readWsl(wslConfigPath(host, windowsHome)) : undefined };
}

/** Reads the files and asks the daemon. */
export async function observeDesktop(host: Host, signal?: AbortSignal): Promise<ObservedDesktop> {
  const [files, context, commandLine] = await Promise.all([
    readDesktopFiles(host, signal),
    findDockerContext(host, signal),
    ask(host, ['docker', 'desktop', 'version'], signal),
  ]);
  const machine = await observeMachine(host, context, signal);
  const listed =
    machine === undefined ? undefined : await ask(host, dockerArgv(context, 'ps', '--format', '{{.Names}}'), signal);
  const edited = files.wsl?.path ?? files.settings?.path;
  return {
    ...files,
    context,
    machine,
    containers: listLines(listed ?? ''),
    hasCommandLine: commandLine !== undefined,
    unfinished: edited !== undefined && (await isThere(backupOf(edited))),
  };
}

/** Undefined when no daemon answers, or the one that does is not Docker Desktop's. */
export async function observeMachine(
  host: Host,
  context: DockerContext,
  signal?: AbortSignal,
): Promise<ObservedDesktop['machine']> {
  const answer = await ask(host, dockerArgv(context, 'info', '--format', '{{json .}}'), signal);
  const read = infoSchema.safeParse(answer === undefined ? undefined : tryJson(answer));
  if (!read.success || read.data.OperatingSystem !== 'Docker Desktop') return undefined;
  const { NCPU, MemTotal, ServerVersion } = read.data;
  return { cpus: NCPU, memoryMb: Math.floor(MemTotal / 1024 ** 2), version: ServerVersion };
}

/** Docker Desktop creates it; next to another daemon it may not be the default. Not asked again on a host that has it (useDesktopDocker). */
export async function findDockerContext(host: Host, signal?: AbortSignal): Promise<DockerContext> {
  const name = 'desktop-linux';
  if (host.env['DOCKER_CONTEXT'] === name) return name;
  return (await ask(host, ['docker', 'context', 'inspect', name], signal)) === undefined ? undefined : name;
}

/** Undefined except on Windows and WSL. */
async function findWindowsHome(host: Host, signal?: AbortSignal): Promise<string | undefined> {
  if (host.platform.os === 'win32') return host.env['USERPROFILE'] ?? host.directories.userHome;
  if (host.platform.os !== 'linux' || !(await isWsl(host))) return undefined;
  const windowsPath = await ask(host, ['cmd.exe', '/d', '/c', 'echo %USERPROFILE%'], signal);
  return windowsPath === undefined ? undefined : ask(host, ['wslpath', '-u', windowsPath.trim()], signal);
}

async function isWsl(host: Host): Promise<boolean> {
  const kernel = await readFile(join(host.directories.system, 'proc/version'), 'utf8').catch(() => '');
  return /microsoft/i.test(kernel);
}

async function readFirst(paths: readonly string[]): Promise<DesktopFiles['settings']> {
  for (const path of paths) {
    const text = await readIfThere(path);
    if (text !== undefined) return { path, text, size: readSettings(text, path) };
  }
  return undefined;
}

async function readWsl(path: string): Promise<SizeFile<WrittenSize>> {
  const text = (await readIfThere(path)) ?? '';
  return { path, text, size: readWslConfig(text) };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new SparkDevError('CONFIG_INVALID', `Cannot read Docker Desktop's settings: ${path}`, {
      why: code === '' ? String(error) : code,
      fix: [`ls -l ${path}`, 'Set the size in Docker Desktop: Settings → Resources'],
      cause: error,
    });
  }
}

function dockerArgv(context: DockerContext, ...words: readonly string[]): Argv {
  return ['docker', ...(context === undefined ? [] : ['--context', context]), ...words];
}

async function ask(host: Host, argv: Argv, signal?: AbortSignal): Promise<string | undefined> {
  try {
    const answer = await host.runner.run(argv, { timeoutMs: answerWithinMs, signal });
    return answer.stdout;
  } catch (error) {
    if (signal?.aborted === true || !(error instanceof SparkDevError)) throw error;
    return undefined;
  }
}

/** Docker Desktop 4.35 renamed the file and capitalised its keys (https://github.com/docker/docs/pull/21003). */
const fileNames = ['settings-store.json', 'settings.json'] as const;

/** The user's Windows home, as this process sees it: `C:\Users\ada`, or `/mnt/c/Users/ada` inside WSL. */
type WindowsHome = string | undefined;

/** Possible settings files of Docker Desktop, newest form first; Windows paths only on Windows itself. */
export function settingsPaths(
  host: Pick<Host, 'platform' | 'env' | 'directories'>,
  windowsHome: WindowsHome,
): readonly string[] {
  const folder = settingsFolder(host, windowsHome);
  const style = host.platform.os === 'win32' ? win32 : posix;
  return folder === undefined ? [] : fileNames.map((name) => style.join(folder, name));
}

function settingsFolder(
  { platform, env, directories }: Pick<Host, 'platform' | 'env' | 'directories'>,
  windowsHome: WindowsHome,
): string | undefined {
  switch (platform.os) {
    case 'darwin':
      return posix.join(directories.userHome, 'Library', 'Group Containers', 'group.com.docker');
    case 'win32':
      return win32.join(env['APPDATA'] ?? win32.join(directories.userHome, 'AppData', 'Roaming'), 'Docker');
    case 'linux':
      return windowsHome === undefined
        ? posix.join(directories.userHome, '.docker', 'desktop')
        : posix.join(windowsHome, 'AppData', 'Roaming', 'Docker');
    default:
      return undefined;
  }
}

/** The settings of all WSL2 distributions: https://learn.microsoft.com/en-us/windows/wsl/wsl-config#wslconfig */
export function wslConfigPath({ platform }: Pick<Host, 'platform'>, windowsHome: string): string {
  return (platform.os === 'win32' ? win32 : posix).join(windowsHome, '.wslconfig');
}
