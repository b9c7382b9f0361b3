import { styleText } from 'node:util';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { stripControls } from '../errors/strip-controls.js';
import type { StepHandle, Ui } from '../ports/ui.js';

export interface UiSettings {
  /** 0 quiet, 1 normal, 2 -v, 3 -vv. */
  readonly loudness: 0 | 1 | 2 | 3;
  readonly yes: boolean;
  readonly input: boolean;
  readonly terminal: boolean;
  readonly colour: boolean;
  /** Ends a question too. */
  readonly signal?: AbortSignal;
  /** Then nothing is written any more. */
  readonly isTerminalGone?: () => boolean;
}

const heartbeatMs = 30_000;
const redrawMs = 100;

/** Talks on stderr: a redrawn line a step on a terminal; elsewhere one line a change and a heartbeat. */
export function createTerminalUi(settings: UiSettings, out: NodeJS.WriteStream): Ui {
  const paint = (style: 'green' | 'red' | 'yellow' | 'dim', text: string): string =>
    settings.colour ? styleText(style, text) : text;
  const open = new Set<() => string>();
  let drawn = 0;
  let drawing = settings.terminal && settings.loudness > 0;

  const write = (text: string): void => {
    if (settings.isTerminalGone?.() !== true) out.write(text);
  };
  const erase = (): void => {
    if (drawn === 0) return;
    write(`\u001b[${String(drawn)}A\u001b[J`);
    drawn = 0;
  };
  const draw = (): void => {
    if (!drawing) return;
    erase();
    const width = Math.max(out.columns, 40) - 1;
    for (const line of open) write(`${stripControls(line()).replaceAll('\n', ' ').slice(0, width)}\n`);
    drawn = open.size;
  };
  const print = (line: string): void => {
    erase();
    write(`${line}\n`);
    draw();
  };
  const talk = (line: string): void => {
    if (settings.loudness > 0) print(line);
  };

  return {
    interactive: settings.input && settings.terminal,
    say: (line) => {
      talk(clean(line));
    },
    warn: (line) => {
      print(`${paint('yellow', '!')} ${clean(line)}`);
    },
    detail: (line, level = 1) => {
      if (settings.loudness > level) print(paint('dim', clean(line)));
    },
    log: (line) => {
      talk(settings.terminal ? stripControls(line) : line);
    },
    step: (title) => {
      const startedAt = performance.now();
      const elapsed = (): string => seconds(performance.now() - startedAt);
      let now = '';
      let finished = false;
      const line = (): string => `… ${title}${now === '' ? '' : ` · ${now}`} (${elapsed()})`;
      if (settings.terminal) open.add(line);
      else talk(`… ${title}`);
      const beat = setInterval(
        () => {
          if (settings.terminal) draw();
          else talk(line());
        },
        settings.terminal ? redrawMs : heartbeatMs,
      );
      beat.unref();
      draw();
      const close = (mark: string, note: string | undefined): void => {
        if (finished) return;
        finished = true;
        clearInterval(beat);
        open.delete(line);
        talk(`${mark} ${title}${note === undefined ? '' : `: ${note}`} (${elapsed()})`);
      };
      const handle: StepHandle = {
        progress(note, count, total) {
          now =
            count === undefined ? note : `${note} ${String(count)}${total === undefined ? '' : `/${String(total)}`}`;
        },
        done(note) {
          close(paint('green', '✓'), note);
        },
        fail(note) {
          close(paint('red', '✗'), note);
        },
      };
      return handle;
    },
    close() {
      erase();
      drawing = false;
    },
    async confirm(question) {
      if (settings.yes) return true;
      if (!settings.input || !settings.terminal) {
        throw new SparkDevError('NON_INTERACTIVE', `Nobody can be asked: ${question}`, {
          why: 'There is no terminal, or --no-input was given.',
          fix: ['Run it again with --yes'],
        });
      }
      const before = drawing;
      erase();
      drawing = false;
      try {
        return await ask(question, out, settings.signal);
      } finally {
        drawing = before;
      }
    },
  };
}

function clean(lines: string): string {
  return lines.split('\n').map(stripControls).join('\n');
}

/** Asked on stderr: stdout is for the command's answer. */
async function ask(question: string, out: NodeJS.WriteStream, signal: AbortSignal | undefined): Promise<boolean> {
  const { default: inquirer } = await import('inquirer');
  const prompt = inquirer.createPromptModule({ output: out, ...(signal === undefined ? {} : { signal }) });
  try {
    const answer = await prompt<{ yes: boolean }>([
      { type: 'confirm', name: 'yes', message: question, default: false },
    ]);
    return answer.yes;
  } catch (cause) {
    if (signal?.aborted === true) throw new SparkDevError('INTERRUPTED', 'Interrupted', { cause });
    throw new SparkDevError('CANCELLED', 'Cancelled', { cause });
  }
}

function seconds(ms: number): string {
  return ms < 60_000
    ? `${(ms / 1000).toFixed(1)} s`
    : `${String(Math.floor(ms / 60_000))} min ${String(Math.round((ms % 60_000) / 1000))} s`;
}
