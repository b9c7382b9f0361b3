import { SparkDevError } from '../../src/errors/spark-dev-error.js';
import type { Ui } from '../../src/ports/ui.js';

export interface FakeUi extends Ui {
  /** All that was said, in order, one line each. */
  readonly lines: readonly string[];
}

/** Who confirms or answers sits at a terminal; without either there is none. */
export interface FakePerson {
  readonly confirms?: boolean | undefined;
  /** By flag; Enter for what is not listed. */
  readonly answers?: Readonly<Record<string, string>> | undefined;
}

export function createFakeUi(person: FakePerson = {}): FakeUi {
  const { confirms, answers } = person;
  const interactive = confirms !== undefined || answers !== undefined;
  const lines: string[] = [];
  const ask = (question: string, flag: string): void => {
    add(`? ${question}`);
    if (interactive) return;
    const fix = flag === '--yes' ? [] : [`Run it again with ${flag}`];
    throw new SparkDevError('NON_INTERACTIVE', `Cannot ask: ${question}`, {
      fix: [...fix, 'Run it again with --yes'],
    });
  };
  const add = (line: string): void => {
    lines.push(line);
  };
  return {
    lines,
    interactive,
    showsLog: false,
    say: add,
    log: add,
    output: (chunk) => {
      for (const line of Buffer.from(chunk).toString().replace(/\n$/, '').split('\n')) add(line);
    },
    drained: () => undefined,
    warn: (line) => {
      add(`! ${line}`);
    },
    detail: () => undefined,
    command: add,
    close: () => undefined,
    step: (title) => {
      add(`… ${title}`);
      return {
        progress: () => undefined,
        done: (note) => {
          add(`✓ ${title}${note === undefined ? '' : `: ${note}`}`);
        },
        fail: (note) => {
          add(`✗ ${title}${note === undefined ? '' : `: ${note}`}`);
        },
      };
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- a refusal is a rejection
    async confirm(question) {
      ask(question, '--yes');
      return confirms === true;
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as above
    async select({ message, flag, choices, preferred }) {
      ask(message, flag);
      const answer = answers?.[flag] ?? preferred;
      const chosen = choices.find(({ value }) => value === answer);
      if (chosen === undefined) throw new Error(`${answer} is not among the choices of ${flag}`);
      return chosen.value;
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as above
    async input({ message, flag, preferred, check }) {
      ask(message, flag);
      const answer = answers?.[flag] ?? preferred;
      const wrong = check?.(answer);
      if (wrong !== undefined) throw new Error(`a terminal would ask ${flag} again: ${wrong}`);
      return answer;
    },
  };
}
