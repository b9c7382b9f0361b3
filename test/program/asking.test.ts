import { expect, it } from 'vitest';
import { buildModules } from './built-modules.js';
import { runInTerminal, type TerminalEnd, type TerminalStep } from './terminal.js';

const ctrlC = '\u0003';
const down = '\u001b[B';
const load = await buildModules('cli/signals', 'adapters/terminal-ui');

/** The built terminal adapter answers one question on a real terminal; stdout gets the answer or the error's code. */
function ask(call: string, ...steps: readonly TerminalStep[]): Promise<TerminalEnd> {
  const program = `
    const { listenForSignals } = ${load('cli/signals')};
    const { createTerminalUi } = ${load('adapters/terminal-ui')};
    const signals = listenForSignals();
    const settings = { verbosity: 1, yes: false, input: true, terminal: true, colour: false, ...signals };
    const ui = createTerminalUi(settings, process.stderr);
    const end = await ui.${call}.then((answer) => 'answer: ' + answer, ({ code, exitCode }) => 'ended: ' + code + ' ' + exitCode);
    console.log(end);
    process.exit(0);`;
  return runInTerminal([process.execPath, '--input-type=module', '-e', program], steps);
}

const select = `select({ message: 'Which size?', flag: '--cpus', preferred: 'middle', choices: [
  { value: 'small', label: 'Small' }, { value: 'middle', label: 'Middle', hint: 'fits this host' },
  { value: 'big', label: 'Big' } ] })`;
const input = `input({ message: 'How much memory?', flag: '--memory', preferred: '6g',
  check: (text) => (/^[0-9]+g$/.test(text) ? undefined : 'Like 6g') })`;

it.each([
  ['Enter takes the preferred one', select, [{ words: 'fits this host', keys: '\r' }], 'answer: middle'],
  ['an arrow takes another', select, [{ words: 'fits this host', keys: `${down}\r` }], 'answer: big'],
  ['Enter takes the preferred text', input, [{ words: '(6g)', keys: '\r' }], 'answer: 6g'],
  ['a text is taken without its blanks', input, [{ words: '(6g)', keys: ' 8g \r' }], 'answer: 8g'],
  [
    'a wrong text is asked for again',
    input,
    [
      { words: '(6g)', keys: 'much\r' },
      { words: 'Like 6g', keys: '\u007f\u007f\u007f\u007f5g\r' },
    ],
    'answer: 5g',
  ],
  ['y confirms', "confirm('Go on?')", [{ words: 'Go on?', keys: 'y\r' }], 'answer: true'],
  ['Enter does not confirm', "confirm('Go on?')", [{ words: 'Go on?', keys: '\r' }], 'answer: false'],
  ['Ctrl-C cancels a select', select, [{ words: 'fits this host', keys: ctrlC }], 'ended: CANCELLED'],
  ['Ctrl-C cancels an input', input, [{ words: '(6g)', keys: ctrlC }], 'ended: CANCELLED'],
  ['Ctrl-C cancels a confirm', "confirm('Go on?')", [{ words: 'Go on?', keys: ctrlC }], 'ended: CANCELLED'],
  ['SIGTERM ends a select', select, [{ words: 'fits this host', act: 'SIGTERM' }], 'ended: INTERRUPTED'],
] as const)(
  '%s',
  async (_name, question, steps, expected) => {
    const { shown } = await ask(question, ...steps);
    expect(shown).toContain(expected);
  },
  20_000,
);
