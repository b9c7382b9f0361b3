import type { Host } from '../ports/host.js';
import { echoCommands } from './echo-commands.js';
import { emitEvents, type Talk } from './events.js';
import { maskUi } from './mask-ui.js';
import { maskText } from '../secrets/mask.js';

interface Listeners {
  /** Gets each warning, because the envelope repeats what was said on the way. */
  readonly warnings: string[];
  /** Whether each child command is shown; otherwise -v does it. */
  readonly explain: boolean;
  /** Whether stdout is the application's; else its lines are told like its log. */
  readonly printsOutput: boolean;
  readonly events?: { readonly verbosity: number; readonly emit: (talk: Talk) => void };
}

/** The same host, with all that it says and starts told to those who asked for it. */
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
