import { quoteArgv } from '../errors/quote-argv.js';
import type { Argv, Runner } from '../ports/runner.js';
import { maskArgv } from '../secrets/mask.js';

type Env = Readonly<Record<string, string | undefined>>;

interface Told {
  readonly tell: (shown: string) => void;
  readonly warn: (why: string) => void;
}

/** Reports each child command before it runs, in shell syntax, and any log that is incomplete. Nothing else does either. */
export function echoCommands(runner: Runner, env: Env, { tell, warn }: Told): Runner {
  const echo = (argv: Argv, added: Env = {}): void => {
    tell(showCommand(argv, added, env));
  };
  return {
    which: (program, path) => runner.which(program, path),
    end: (pid) => {
      echo(['kill', String(pid)]);
      return runner.end(pid);
    },
    run: (argv, options) => {
      echo(argv, options?.env);
      return runner.run(argv, { onLogLost: warn, ...options });
    },
    attach: (argv, options) => {
      echo(argv, options?.env);
      return runner.attach(argv, options);
    },
    detach: (argv, options) => {
      echo(argv, options.env);
      return runner.detach(argv, options);
    },
  };
}

/** Includes the variables set for this child alone, so that the typed command does the same. */
export function showCommand(argv: Argv, added: Env, env: Env): string {
  const changed = Object.entries(added).filter(([name, value]) => value !== env[name]);
  const removed = changed.flatMap(([name, value]) => (value === undefined ? ['-u', name] : []));
  const set = changed.flatMap(([name, value]) => (value === undefined ? [] : [assign(name, value, env)]));
  const words = [...(removed.length === 0 ? [] : ['env', ...removed]), ...set];
  return [...words, quoteArgv(maskArgv(argv, env))].join(' ');
}

/** A longer PATH is the shell's own with something in front. */
function assign(name: string, value: string, env: Env): string {
  const own = env[name];
  if (name === 'PATH' && own !== undefined && value.endsWith(`:${own}`))
    return `PATH=${quoteArgv([value.slice(0, -own.length)])}"$PATH"`;
  const [, shown = ''] = /^[^=]*=(.*)$/s.exec(maskArgv([`${name}=${value}`], env)[0] ?? '') ?? [];
  return `${name}=${shown === '' ? '' : quoteArgv([shown])}`;
}
