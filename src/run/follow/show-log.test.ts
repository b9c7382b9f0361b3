import { expect, it } from 'vitest';
import { createFakeUi } from '../../../test/fakes/fake-ui.js';
import { recorded } from '../../../test/fakes/recorded.js';
import { showLog } from './show-log.js';

const log = recorded('spark/log-plain').stdout.trimEnd().split('\n');

it('shows the program’s lines and a warning once, with the line that says why', () => {
  const ui = createFakeUi();
  const shown = showLog(ui);
  log.forEach(shown.line);
  shown.end();
  expect(ui.lines.map((line) => line.slice(0, 60))).toMatchInlineSnapshot(`
    [
      "rows 4",
      "WARN TaskSetManager: Lost task 1.0 in stage 5.0 (TID 5) (127",
      "  ValueError: boom 1",
      "ERROR TaskSetManager: Task 1 in stage 5.0 failed 1 times; ab",
      "caught PythonException",
      "from the JVM's System.err",
      "… and 1 more line like WARN TaskSetManager: Lost task 1.0 in",
    ]
  `);
});

it('shows everything when the user asked for the log', () => {
  const ui = createFakeUi();
  const shown = showLog({ ...ui, showsLog: true });
  log.forEach(shown.line);
  shown.end();
  expect(ui.lines).toEqual(log);
});

it('counts what it did not repeat', () => {
  const ui = createFakeUi();
  const shown = showLog(ui);
  for (let task = 0; task < 42; task++)
    shown.line(`26/11/30 18:43:09 WARN TaskSetManager: Lost task ${String(task)}.0 in stage 1.0`);
  shown.end();
  expect(ui.lines).toEqual([
    'WARN TaskSetManager: Lost task 0.0 in stage 1.0',
    '… and 41 more lines like WARN TaskSetManager: Lost task 0.0 in stage 1.0',
  ]);
});
