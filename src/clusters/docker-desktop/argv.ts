import type { Argv } from '../../ports/runner.js';

/** `desktop-linux` if Docker Desktop made that context: on Linux the default context may be another daemon. */
export type DockerContext = string | undefined;

function docker(context: DockerContext): Argv {
  return context === undefined ? ['docker'] : ['docker', '--context', context];
}

export function inspectContextArgv(name: string): Argv {
  return ['docker', 'context', 'inspect', name];
}

export function infoArgv(context: DockerContext): Argv {
  return [...docker(context), 'info', '--format', '{{json .}}'];
}

export function listContainersArgv(context: DockerContext): Argv {
  return [...docker(context), 'ps', '--format', '{{.Names}}'];
}

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

/** Succeeds if Docker Desktop has its command line. */
export const versionArgv: Argv = ['docker', 'desktop', 'version'];

/** The value of a Windows variable, read from inside WSL. */
export const windowsHomeArgv: Argv = ['cmd.exe', '/d', '/c', 'echo %USERPROFILE%'];

export function toLinuxPathArgv(windowsPath: string): Argv {
  return ['wslpath', '-u', windowsPath];
}
