import { SparkDevError } from '../../src/errors/spark-dev-error.js';
import type { Ui } from '../../src/ports/ui.js';

export interface FakeUi extends Ui {
  /** All that was said, in order, one line each. */
  readonly lines: readonly string[];
}

export function createFakeUi(confirms?: boolean): FakeUi {
  const lines: string[] = [];
  const add = (line: string): void => {
    lines.push(line);
  };
  return {
    lines,
    interactive: confirms !== undefined,
    say: add,
    log: add,
    warn: (line) => {
      add(`! ${line}`);
    },
    detail: () => undefined,
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
    confirm: (question) => {
      add(`? ${question}`);
      if (confirms === undefined) {
        return Promise.reject(
          new SparkDevError('NON_INTERACTIVE', `Nobody can be asked: ${question}`, {
            fix: ['Run it again with --yes'],
          }),
        );
      }
      return Promise.resolve(confirms);
    },
  };
}
