import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import type { Argv, RunOptions } from '../../ports/runner.js';

/** How a command runs as root: already root, sudo with or without a password, or not at all. */
export type RootAccess = 'is' | 'sudo' | 'sudo-asks' | 'never';

export async function observeRootAccess(host: Host, signal?: AbortSignal): Promise<RootAccess> {
  if (host.platform.uid === 0) return 'is';
  if ((await host.runner.which('sudo')) === undefined) return 'never';
  const answer = await host.runner.run(['sudo', '-n', 'true'], { accept: [1], signal });
  return answer.exitCode === 0 ? 'sudo' : 'sudo-asks';
}

export function asRoot(argv: Argv, access: RootAccess, kept: readonly string[] = []): Argv {
  const keep = kept.length === 0 ? [] : [`--preserve-env=${kept.join(',')}`];
  switch (access) {
    case 'is':
    case 'never':
      return argv;
    case 'sudo':
      return ['sudo', '-n', ...keep, ...argv];
    case 'sudo-asks':
      return ['sudo', ...keep, ...argv];
  }
}

/** If sudo has to ask, it gets the terminal, and the command's output cannot be read. */
export async function runAsRoot(host: Host, argv: Argv, access: RootAccess, options: RunOptions): Promise<void> {
  if (access === 'never') {
    throw new SparkDevError('PREREQUISITE_MISSING', `Only root can run ${argv[0] ?? ''}, and sudo is missing`, {
      fix: ['Run it as root'],
    });
  }
  const rootArgv = asRoot(argv, access, Object.keys(options.env ?? {}));
  if (access !== 'sudo-asks') {
    await host.runner.run(rootArgv, options);
    return;
  }
  if (!host.ui.interactive) {
    throw new SparkDevError('NON_INTERACTIVE', 'sudo needs a password, but there is no terminal', {
      fix: ['Run it in a terminal', 'Or as root'],
    });
  }
  const exitCode = await host.runner.attach(rootArgv, { env: options.env });
  if (exitCode !== 0 && options.accept?.includes(exitCode) !== true) {
    throw new SparkDevError('PREREQUISITE_MISSING', `sudo ${argv[0] ?? ''} failed (exit ${String(exitCode)})`);
  }
}
