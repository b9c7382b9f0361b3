import type { Host } from '../ports/host.js';
import { echoCommands } from './echo-commands.js';
import { emitEvents, type Talk } from './events.js';
import { maskText } from '../secrets/mask.js';
import type { Ui } from '../ports/ui.js';

interface Listeners {
  /** Gets each warning, because the envelope repeats them. */
  readonly warnings: string[];
  /** Whether each child command is shown; -v shows them too. */
  readonly explain: boolean;
  /** Whether stdout belongs to the application; otherwise its lines are reported like its log. */
  readonly printsOutput: boolean;
  readonly events?: { readonly verbosity: number; readonly emit: (talk: Talk) => void };
}

/** The same host, whose output and child commands also go to the listeners. */
export function listenTo(host: Host, { warnings, explain, printsOutput, events }: Listeners): Host {
  const told = events === undefined ? host.ui : emitEvents(host.ui, events.verbosity, events.emit);
  const ui = maskUi(
    {
      ...told,
      output: printsOutput ? told.output : undefined,
      warn: (line: string): void => {
        warnings.push(line);
        told.warn(line);
      },
    },
    (text) => maskText(text, host.env),
  );
  const runner = echoCommands(host.runner, host.env, {
    tell: (shown) => {
      if (explain) ui.command(`+ ${shown}`);
      else ui.detail(`+ ${shown}`);
    },
    warn: (line) => {
      ui.warn(line);
    },
  });
  return { ...host, ui, runner };
}

/** A Ui that masks secrets, except in the application's own output. */
function maskUi(ui: Ui, mask: (text: string) => string): Ui {
  return {
    ...ui,
    say(line, how) {
      ui.say(how?.showsSecret === true ? line : mask(line));
    },
    warn(line) {
      ui.warn(mask(line));
    },
    detail(line, level) {
      ui.detail(mask(line), level);
    },
    command(line) {
      ui.command(mask(line));
    },
    confirm: (question) => ui.confirm(mask(question)),
    step(title) {
      const handle = ui.step(mask(title));
      return {
        progress(note, count, total) {
          handle.progress(mask(note), count, total);
        },
        done(note) {
          handle.done(note === undefined ? undefined : mask(note));
        },
        fail(note) {
          handle.fail(note === undefined ? undefined : mask(note));
        },
      };
    },
  };
}
