import { SparkDevError } from '../../errors/spark-dev-error.js';
import { showCapacity, type HostCapacity } from '../../kube/size.js';
import { editSettings, editWslConfig } from './settings.js';
import { type ObservedDesktop, backupOf } from './machine.js';
import type { Step } from '../../steps/apply.js';

const stopWithinSeconds = 120;
const startWithinSeconds = 300;
const spareMs = 30_000;

/** `docker desktop` exists since 4.37: https://docs.docker.com/reference/cli/docker/desktop/ */
export const stopDesktop = {
  argv: ['docker', 'desktop', 'stop', '--timeout', String(stopWithinSeconds)],
  timeoutMs: stopWithinSeconds * 1000 + spareMs,
};
export const startDesktop = {
  argv: ['docker', 'desktop', 'start', '--timeout', String(startWithinSeconds)],
  timeoutMs: startWithinSeconds * 1000 + spareMs,
};

export interface FileEdit {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export type DesktopStep = Step<'stop' | 'backup' | 'edit' | 'start' | 'verify' | 'ask'>;

export interface DesktopResize {
  readonly steps: readonly DesktopStep[];
  readonly edit: FileEdit | undefined;
  /** The new size of the virtual machine. */
  readonly target: HostCapacity;
  /** Containers that stop with Docker Desktop; those without a restart policy stay stopped. */
  readonly stops: readonly string[];
}

/** With more, Docker Desktop does not start, and even its settings do not open (https://github.com/docker/for-win/issues/4953). */
const largestMemoryShare = 0.8;

/** Pure. The edit comes between stop and start, because a running Docker Desktop overwrites the file with its own figures. */
export function planDesktopResize(
  facts: ObservedDesktop,
  request: Partial<HostCapacity>,
  host: HostCapacity,
): DesktopResize {
  const present = facts.machine;
  refuse(request, host);
  const target = {
    cpus: request.cpus ?? present?.cpus ?? host.cpus,
    memoryMb: request.memoryMb ?? present?.memoryMb ?? 0,
  };
  const { settings, wsl } = facts;
  if (settings === undefined) throw notSetUp();
  if (wsl !== undefined) {
    const edit = { path: wsl.path, before: wsl.text, after: editWslConfig(wsl.text, request) };
    return edit.after === edit.before
      ? nothing(target)
      : { steps: [backupStep(edit), editStep(edit), askForShutdown()], edit, target, stops: facts.containers };
  }
  const { path, text: before } = settings;
  const edit = { path, before, after: editSettings(before, path, request) };
  if (edit.after === edit.before && !facts.unfinished) return nothing(target);
  if (!facts.hasCommandLine) throw noCommandLine(edit.path);
  const steps: readonly DesktopStep[] = [
    {
      id: 'stop',
      title: 'Stop Docker Desktop',
      why: 'while it runs, it overwrites the file with its own figures',
      commands: [stopDesktop.argv],
    },
    backupStep(edit),
    editStep(edit),
    {
      id: 'start',
      title: 'Start Docker Desktop',
      why: 'it reads the figures when it starts',
      commands: [startDesktop.argv],
    },
    {
      id: 'verify',
      title: 'Verify the new size with the Docker daemon',
      why: 'if it does not start with the new size, the old settings are restored',
      commands: [],
    },
  ];
  return { steps, edit, target, stops: facts.containers };
}

/** The daemon reports some hundred MiB less than the setting: its kernel reserves them. */
export function hasTarget(machine: HostCapacity, request: Partial<HostCapacity>): boolean {
  const isMemoryRight =
    request.memoryMb === undefined ||
    (machine.memoryMb <= request.memoryMb && machine.memoryMb >= request.memoryMb * 0.85 - 256);
  return isMemoryRight && (request.cpus === undefined || machine.cpus === request.cpus);
}

function nothing(target: HostCapacity): DesktopResize {
  return { steps: [], edit: undefined, target, stops: [] };
}

function backupStep({ path }: FileEdit): DesktopStep {
  return {
    id: 'backup',
    title: `Back up the settings to ${backupOf(path)}`,
    why: 'to restore them, also in the next call if this one is interrupted',
    commands: [],
  };
}

function editStep({ path }: FileEdit): DesktopStep {
  return { id: 'edit', title: `Write the new size into ${path}`, why: 'all other settings stay', commands: [] };
}

function askForShutdown(): DesktopStep {
  return {
    id: 'ask',
    title: 'You: wsl --shutdown, then start Docker Desktop',
    why: 'WSL reads the size when it starts; this stops every running distribution, so only you can do it',
    commands: [],
  };
}

function refuse(request: Partial<HostCapacity>, host: HostCapacity): void {
  const most = Math.floor(host.memoryMb * largestMemoryShare);
  if ((request.cpus ?? 0) <= host.cpus && (request.memoryMb ?? 0) <= most) return;
  throw new SparkDevError('RESOURCES_SHORT', `This machine has only ${showCapacity(host)}`, {
    why: `Docker Desktop with more than ${String(host.cpus)} CPUs or ${String(most)} MiB may not start.`,
    fix: [`spark-dev cluster resize --cpus ${String(host.cpus)} --memory ${String(most)}m`],
  });
}

function notSetUp(): SparkDevError {
  return new SparkDevError('PREREQUISITE_MISSING', 'Docker Desktop has no settings for this user', {
    why: "Neither settings-store.json nor settings.json exists in Docker Desktop's folder.",
    fix: ['Start Docker Desktop once', 'https://docs.docker.com/desktop/'],
  });
}

function noCommandLine(path: string): SparkDevError {
  return new SparkDevError('PREREQUISITE_MISSING', 'This Docker Desktop has no command to stop and start it', {
    why: '`docker desktop` exists since version 4.37.',
    fix: ['Update Docker Desktop', `Or set the size in Docker Desktop: Settings → Resources (it writes ${path})`],
  });
}

/** The removed and added lines, in the form of a diff. */
export function showEdit({ path, before, after }: FileEdit): readonly string[] {
  const [old, now] = [before.split(/\r?\n/), after.split(/\r?\n/)];
  return [
    `# ${path}`,
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line.trim()}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
}
