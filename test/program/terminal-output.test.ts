import { describe, expect, it } from 'vitest';
import { programPath } from './program.js';
import { layStandIn, standInRun } from './stand-in-java.js';
import { runInTerminal } from './terminal.js';

/** Each line with its name, so that it is seen what came through; two sequences are cut in the middle by a pause or a line end. */
const application = `
  const print = process.env.TO_STDERR ? process.stderr : process.stdout;
  const E = '\\u001b';
  const lines = [
    'red ' + E + '[1;31mtext' + E + '[0m', 'erased ' + E + '[2K' + E + '[K',
    'clipboard ' + E + ']52;c;SGVsbG8=\\u0007', 'title ' + E + ']0;owned' + E + '\\\\\\\\', 'screen ' + E + '[2J' + E + '[H' + E + '[?1049h',
    'device ' + E + 'Pq#0' + E + '\\\\\\\\', 'reset ' + E + 'c', 'application ' + E + '_x' + E + '\\\\\\\\', 'eight bits \\u009b2J\\u009d0;x\\u009c',
    'two lines ' + E + ']52;c;', 'SGVsbG8=\\u0007 end',
  ];
  print.write('progress 1%\\rprogress 2%\\n' + lines.join('\\n') + '\\nhalf ' + E + '[2');
  setTimeout(() => print.write('J' + E), 300);
  setTimeout(() => print.write(']52;c;SGVsbG8=\\u0007whole\\n'), 600);`;

const forbidden =
  // eslint-disable-next-line no-control-regex -- what no application may do to a terminal
  /\u001b(?!\[(?:[\d;:]*m|[0-2]?K))|[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]/;

/** Our own redrawing of open steps. */
// eslint-disable-next-line no-control-regex -- as above
const ownDrawing = /\u001b\[\d+A\u001b\[J/g;

async function show(shell: string, words: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const laid = layStandIn(application);
  const argv = [process.execPath, programPath, ...standInRun, ...words];
  const inFolder = `cd '${laid.working}' && exec "$0" "$@" ${shell}`;
  const end = await runInTerminal(['sh', '-c', inFolder, ...argv], [], { ...laid.env, ...env });
  expect(end.exitCode, end.shown).toBe(0);
  return end.shown.replaceAll(ownDrawing, '');
}

describe('what an application prints on a terminal', () => {
  it.each([
    ['text', '', [], {}],
    ['text, stdin is no terminal', '</dev/null', [], {}],
    ['text, quiet, in CI', '', ['-q'], { CI: '1' }],
    ['text, its log goes to a file', '2>/dev/null', [], {}],
    ['json, stdin is no terminal', '</dev/null >/dev/null', ['-o', 'json'], {}],
    ['json, in CI', '>/dev/null', ['-o', 'json'], { CI: '1' }],
    ['json, all are terminals', '', ['-o', 'json'], {}],
    ['ndjson', '>/dev/null', ['-o', 'ndjson'], {}],
    ['its stderr with -v', '</dev/null', ['-v'], { TO_STDERR: '1' }],
  ])('may colour it and write a line again, and no more: %s', async (_title, shell, words, env) => {
    const shown = await show(shell, words, env);
    expect(forbidden.exec(shown)?.[0]).toBeUndefined();
    expect(shown).toContain('red \u001b[1;31mtext\u001b[0m');
    expect(shown).toContain('erased \u001b[2K\u001b[K');
    for (const name of ['clipboard', 'title', 'screen', 'device', 'reset', 'eight bits', 'two lines', 'half'])
      expect(shown).toContain(name);
    expect(shown).toContain('progress 2%');
  });

  it('keeps a progress line of its stdout one line', async () => {
    expect(await show('2>/dev/null', [])).toContain('progress 1%\rprogress 2%\r\n');
  });
});
