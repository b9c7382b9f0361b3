import { quoteArgv } from '../errors/quote-argv.js';
import type { Host } from '../ports/host.js';
import type { Argv, Runner } from '../ports/runner.js';
import type { StepHandle, Ui } from '../ports/ui.js';
import { maskArgv, maskText } from '../secrets/mask.js';

/** The events of `-o ndjson`; the last one is the envelope. Published as schemas/event.schema.json. */
type Talk =
  | {
      readonly type: 'step';
      readonly id: number;
      readonly step: string;
      readonly state: 'started' | 'done' | 'failed';
      readonly note?: string;
      readonly tookMs?: number;
    }
  | {
      readonly type: 'progress';
      readonly id: number;
      readonly step: string;
      readonly note: string;
      readonly count?: number;
      readonly total?: number;
    }
  | { readonly type: 'log'; readonly source: 'talk' | 'application' | 'command' | 'detail'; readonly line: string }
  | { readonly type: 'warn'; readonly line: string };

interface Listeners {
  /** Gets each warning, because the envelope repeats them. */
  readonly warnings: string[];
  /** Whether each child command is shown; -v shows them too. */
  readonly explain: boolean;
  /** Whether stdout belongs to the application; otherwise its lines are reported like its log. */
  readonly printsOutput: boolean;
  readonly verbosity: number;
  /** Gets each event; absent unless the format is ndjson. */
  readonly emit?: ((talk: Talk) => void) | undefined;
}

/** The same host, whose output and child commands also go to the listeners, without secrets. */
export function listenTo(host: Host, listeners: Listeners): Host {
  const ui = listenToUi(host, listeners);
  return { ...host, ui, runner: echoCommands(host, ui, listeners.explain) };
}

/** Masks secrets everywhere except in the application's own output. */
function listenToUi({ ui, env }: Host, listeners: Listeners): Ui {
  const { warnings, printsOutput, verbosity, emit = () => undefined } = listeners;
  const mask = (text: string): string => maskText(text, env);
  const unlessQuiet = (talk: Talk): void => {
    if (verbosity > 0) emit(talk);
  };
  let steps = 0;
  return {
    ...ui,
    output: printsOutput ? ui.output : undefined,
    say(line, how) {
      const shown = how?.showsSecret === true ? line : mask(line);
      unlessQuiet({ type: 'log', source: 'talk', line: shown });
      ui.say(shown);
    },
    log(line) {
      unlessQuiet({ type: 'log', source: 'application', line });
      ui.log(line);
    },
    warn(line) {
      const shown = mask(line);
      warnings.push(shown);
      emit({ type: 'warn', line: shown });
      ui.warn(shown);
    },
    detail(line, level = 1) {
      const shown = mask(line);
      if (verbosity > level) emit({ type: 'log', source: 'detail', line: shown });
      ui.detail(shown, level);
    },
    command(line) {
      const shown = mask(line);
      emit({ type: 'log', source: 'command', line: shown });
      ui.command(shown);
    },
    confirm: (question) => ui.confirm(mask(question)),
    step(title) {
      const shown = mask(title);
      return listenToStep(ui.step(shown), { id: ++steps, step: shown }, mask, unlessQuiet);
    },
  };
}

/** Throttle; the final update is always sent. */
const progressEveryMs = 200;

function listenToStep(
  handle: StepHandle,
  which: { readonly id: number; readonly step: string },
  mask: (text: string) => string,
  emit: (talk: Talk) => void,
): StepHandle {
  const startedAt = performance.now();
  let toldAt = -Infinity;
  let ended = false;
  const end = (state: 'done' | 'failed', said: string | undefined): string | undefined => {
    const note = said === undefined ? {} : { note: mask(said) };
    if (!ended) emit({ type: 'step', ...which, state, ...note, tookMs: Math.round(performance.now() - startedAt) });
    ended = true;
    return note.note;
  };
  emit({ type: 'step', ...which, state: 'started' });
  return {
    progress(said, count, total) {
      const note = mask(said);
      const now = performance.now();
      if (now - toldAt >= progressEveryMs || (count !== undefined && count === total)) {
        toldAt = now;
        const figures = { ...(count === undefined ? {} : { count }), ...(total === undefined ? {} : { total }) };
        emit({ type: 'progress', ...which, note, ...figures });
      }
      handle.progress(note, count, total);
    },
    done(note) {
      handle.done(end('done', note));
    },
    fail(note) {
      handle.fail(end('failed', note));
    },
  };
}

type Env = Host['env'];

/** Reports each child command before it runs, in shell syntax, and any log that is incomplete. Nothing else does either. */
function echoCommands({ runner, env }: Host, ui: Ui, explain: boolean): Runner {
  const echo = (argv: Argv, added: Env = {}): void => {
    const shown = `+ ${showCommand(argv, added, env)}`;
    if (explain) ui.command(shown);
    else ui.detail(shown);
  };
  const onLogLost = (why: string): void => {
    ui.warn(why);
  };
  return {
    ...runner,
    end(pid) {
      echo(['kill', String(pid)]);
      return runner.end(pid);
    },
    run(argv, options) {
      echo(argv, options?.env);
      return runner.run(argv, { onLogLost, ...options });
    },
    attach(argv, options) {
      echo(argv, options?.env);
      return runner.attach(argv, options);
    },
    detach(argv, options) {
      echo(argv, options.env);
      return runner.detach(argv, options);
    },
  };
}

/** Includes the variables set for this child alone, so that the typed command does the same. */
function showCommand(argv: Argv, added: Env, env: Env): string {
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
