import { styleText } from 'node:util';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { createTerminalFilter, stripControls } from '../errors/strip-controls.js';
import type { Ui, InputQuestion, SelectQuestion } from '../ports/ui.js';
import { showSeconds } from '../text/sizes.js';
import type inquirer from 'inquirer';

export interface UiSettings {
  /** 0 quiet, 1 normal, 2 -v, 3 -vv. */
  readonly verbosity: 0 | 1 | 2 | 3;
  readonly yes: boolean;
  readonly input: boolean;
  readonly terminal: boolean;
  readonly colour: boolean;
  /** Also cancels a question. */
  readonly signal?: AbortSignal;
  /** After this nothing is written any more. */
  readonly isTerminalGone?: () => boolean;
  /** To stdout; nothing is drawn while it prints. */
  readonly print?: (data: Uint8Array) => void;
  /** stdout is a terminal too: nothing is drawn into an unfinished line there. */
  readonly sharesScreen?: boolean;
  readonly drained?: () => Promise<void> | undefined;
}

const heartbeatMs = 30_000;
const redrawMs = 100;
const lineEnd = 0x0a;

/** Writes to stderr: on a terminal one updated line per step, otherwise one line per change and a heartbeat. */
export function createTerminalUi(settings: UiSettings, out: NodeJS.WriteStream): Ui {
  const paint = (style: 'green' | 'red' | 'yellow' | 'dim', text: string): string =>
    settings.colour ? styleText(style, text) : text;
  const open = new Set<() => string>();
  let drawn = 0;
  /** stdout is in the middle of a line on the same screen. */
  let midLine = false;
  let drawing = settings.terminal && settings.verbosity > 0;

  const write = (text: string): void => {
    if (settings.isTerminalGone?.() !== true) out.write(text);
  };
  const erase = (): void => {
    if (drawn === 0) return;
    write(`\u001b[${String(drawn)}A\u001b[J`);
    drawn = 0;
  };
  const draw = (): void => {
    if (!drawing || midLine) return;
    erase();
    const width = Math.max(out.columns, 40) - 1;
    for (const line of open) write(`${stripControls(line()).replaceAll('\n', ' ').slice(0, width)}\n`);
    drawn = open.size;
  };
  const print = (line: string): void => {
    erase();
    write(`${midLine ? '\n' : ''}${line}\n`);
    midLine = false;
    draw();
  };
  const foreign = (line: string): string => (out.isTTY ? createTerminalFilter().pass(line) : line);
  const talk = (line: string): void => {
    if (settings.verbosity > 0) print(line);
  };

  const interactive = settings.input && settings.terminal;
  /** Asks for what no flag answers; running steps are not drawn over the question. */
  const ask = async <T>(
    { message, flag, preferred }: { readonly message: string; readonly flag: string; readonly preferred: T },
    prompt: (screen: Screen) => Promise<T>,
  ): Promise<T> => {
    if (settings.yes) return preferred;
    if (!interactive) throw nobodyToAsk(message, flag);
    const before = drawing;
    erase();
    drawing = false;
    try {
      return await prompt({ out, signal: settings.signal });
    } finally {
      drawing = before;
    }
  };

  return {
    interactive,
    showsLog: settings.verbosity > 1,
    say: (line) => {
      talk(clean(line));
    },
    warn: (line) => {
      print(`${paint('yellow', '!')} ${clean(line)}`);
    },
    detail: (line, level = 1) => {
      if (settings.verbosity > level) print(paint('dim', foreign(line)));
    },
    command: (line) => {
      print(paint('dim', clean(line)));
    },
    log: (line) => {
      talk(foreign(line));
    },
    output: (chunk) => {
      erase();
      settings.print?.(chunk);
      midLine = settings.sharesScreen === true && chunk.at(-1) !== lineEnd;
      draw();
    },
    paintsOutput: settings.colour && settings.sharesScreen === true,
    drained: () => settings.drained?.(),
    step: (title) => {
      const startedAt = performance.now();
      const elapsed = (): string => showSeconds(performance.now() - startedAt);
      let now = '';
      let finished = false;
      const line = (): string => `… ${title}${now === '' ? '' : ` · ${now}`} (${elapsed()})`;
      if (settings.terminal) open.add(line);
      else talk(`… ${title}`);
      const show = (): void => {
        if (settings.terminal) draw();
        else talk(line());
      };
      const beat = setInterval(show, settings.terminal ? redrawMs : heartbeatMs).unref();
      draw();
      const close = (mark: string, note: string | undefined): void => {
        if (finished) return;
        finished = true;
        clearInterval(beat);
        open.delete(line);
        talk(`${mark} ${title}${note === undefined ? '' : `: ${note}`} (${elapsed()})`);
      };
      return {
        progress(note, count, total) {
          const figure = [count ?? [], total ?? []].flat().join('/');
          now = count === undefined ? note : `${note} ${figure}`;
        },
        done(note) {
          close(paint('green', '✓'), note);
        },
        fail(note) {
          close(paint('red', '✗'), note);
        },
      };
    },
    close() {
      erase();
      if (midLine) write('\n');
      midLine = false;
      drawing = false;
    },
    keys: interactive ? readKeys : undefined,
    confirm: (message) => ask({ message, flag: '--yes', preferred: true }, (screen) => askToConfirm(screen, message)),
    select: (question) => ask(question, (screen) => askToSelect(screen, question)),
    input: (question) => ask(question, (screen) => askForInput(screen, question)),
  };
}

const ctrlC = '\u0003';

function readKeys(onKey: (key: string) => void, signal: AbortSignal): void {
  const { stdin } = process;
  const onData = (bytes: Buffer): void => {
    for (const key of bytes.toString('utf8')) {
      if (key === ctrlC) process.kill(process.pid, 'SIGINT');
      else onKey(key);
    }
  };
  stdin.setRawMode(true).on('data', onData).resume();
  signal.addEventListener('abort', () => {
    stdin.off('data', onData).pause().setRawMode(false);
  });
}

function nobodyToAsk(question: string, flag: string): SparkDevError {
  return new SparkDevError('NON_INTERACTIVE', `Cannot ask: ${question}`, {
    why: 'There is no terminal, or --no-input was set.',
    fix: [...(flag === '--yes' ? [] : [`Run it again with ${flag}`]), 'Run it again with --yes'],
  });
}

function clean(lines: string): string {
  return lines.split('\n').map(stripControls).join('\n');
}

interface Screen {
  readonly out: NodeJS.WriteStream;
  /** Also cancels a question. */
  readonly signal: AbortSignal | undefined;
}

function askToConfirm(screen: Screen, message: string): Promise<boolean> {
  return ask(screen, (prompt) =>
    prompt<{ answer: boolean }>([{ type: 'confirm', name: 'answer', message, default: false }]),
  );
}

async function askToSelect<T extends string>(screen: Screen, question: SelectQuestion<T>): Promise<T> {
  const { message, preferred } = question;
  const choices = question.choices.map(({ value, label, hint }) => ({
    value: value,
    name: hint === undefined ? label : `${label}  (${hint})`,
    short: label,
  }));
  const answer = await ask(screen, (prompt) =>
    prompt<{ answer: string }>([{ type: 'select', name: 'answer', message, choices, default: preferred, loop: false }]),
  );
  return question.choices.find(({ value }) => value === answer)?.value ?? preferred;
}

async function askForInput(screen: Screen, { message, preferred, check }: InputQuestion): Promise<string> {
  const validate = (text: string): true | string => check?.(text.trim()) ?? true;
  const answer = await ask(screen, (prompt) =>
    prompt<{ answer: string }>([{ type: 'input', name: 'answer', message, default: preferred, validate }]),
  );
  return answer.trim();
}

type Prompt = ReturnType<(typeof inquirer)['createPromptModule']>;

/** Uses stderr: stdout is for the command's answer. */
async function ask<T>({ out, signal }: Screen, put: (prompt: Prompt) => Promise<{ readonly answer: T }>): Promise<T> {
  const { createPromptModule } = (await import('inquirer')).default;
  try {
    return (await put(createPromptModule({ output: out, ...(signal === undefined ? {} : { signal }) }))).answer;
  } catch (cause) {
    // inquirer rejects alike for Ctrl-C, a closed terminal and an abort
    if (signal?.aborted === true) throw new SparkDevError('INTERRUPTED', 'Interrupted', { cause });
    throw new SparkDevError('CANCELLED', 'Cancelled', { cause });
  }
}
