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

/** `docker desktop` exists since 4.37: https://docs.docker.com/reference/cli/docker/desktop/ */
export function stopDesktopArgv(timeoutSeconds: number): Argv {
  return ['docker', 'desktop', 'stop', '--timeout', String(timeoutSeconds)];
}

export function startDesktopArgv(timeoutSeconds: number): Argv {
  return ['docker', 'desktop', 'start', '--timeout', String(timeoutSeconds)];
}

/** Succeeds if Docker Desktop has its command line. */
export const versionArgv: Argv = ['docker', 'desktop', 'version'];

/** The value of a Windows variable, read from inside WSL. */
export const windowsHomeArgv: Argv = ['cmd.exe', '/d', '/c', 'echo %USERPROFILE%'];

export function toLinuxPathArgv(windowsPath: string): Argv {
  return ['wslpath', '-u', windowsPath];
}
