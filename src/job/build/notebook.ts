import { z } from 'zod';
import { limitList } from '../../config/settings.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { magicOf } from './notebook-magic.js';

/** https://nbformat.readthedocs.io/en/latest/format_description.html */
const notebookSchema = z.object({
  nbformat: z.literal(4),
  metadata: z
    .object({
      kernelspec: z.object({ language: z.string().optional() }).optional(),
      language_info: z.object({ name: z.string().optional() }).optional(),
    })
    .optional(),
  cells: z.array(z.object({ cell_type: z.string(), source: z.union([z.string(), z.array(z.string())]) })),
});

/** Code cells as Python; a number counts code cells from 1, since Jupyter shows none for a cell that never ran. */
type Cell = readonly [number: number, python: string];

/** The Python code of each code cell; throws USAGE with everything in it that needs Jupyter. */
export function readCells(name: string, text: string): readonly Cell[] {
  const { metadata, cells } = parse(name, text);
  const language = metadata?.language_info?.name ?? metadata?.kernelspec?.language ?? 'python';
  if (!/^i?python/i.test(language))
    throw refuse(name, `Its kernel runs ${language}, and only Python notebooks can run.`, [
      `Save the code as a program: jupyter nbconvert --to script ${name}`,
    ]);
  const problems: string[] = [];
  const code = cells
    .filter(({ cell_type }) => cell_type === 'code')
    .map(({ source }, index): Cell => {
      const number = index + 1;
      const report = (problem: string): void => {
        problems.push(`Code cell ${String(number)}: ${problem}`);
      };
      return [number, toPython([source].flat().join(''), report)];
    });
  if (problems.length > 0)
    throw refuse(name, limitList(problems).join('\n'), ['Remove or replace these lines, then run it again']);
  return code.filter(([, python]) => python.trim() !== '');
}

function parse(name: string, text: string): z.infer<typeof notebookSchema> {
  try {
    return notebookSchema.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'It is not valid JSON.' : 'It is not in the notebook format 4.';
    throw refuse(name, why, [`jupyter nbconvert --to notebook --nbformat 4 --inplace ${name}`]);
  }
}

function refuse(name: string, why: string, fix: readonly string[]): SparkDevError {
  return new SparkDevError('USAGE', `${name} cannot run as a program`, { why, fix });
}

/** Every line stays on its line, so that tracebacks are right. */
function toPython(source: string, report: (problem: string) => void): string {
  const lines = source.split(/\r?\n/);
  const first = lines.findIndex((line) => !/^\s*(#.*)?$/.test(line));
  const cell = magicOf.cell(lines[first] ?? '', lines.slice(first + 1).join('\n'), report);
  if (cell !== undefined) {
    lines[first] = cell.line;
    if (!cell.keepsRest) return lines.slice(0, first + 1).join('\n');
  }
  let open: readonly string[] = [];
  return lines
    .map((line) => {
      const python = open.length === 0 ? magicOf.line(line, report) : undefined;
      open = openAfter(line, open);
      return python ?? line;
    })
    .join('\n');
}

const marks = /"""|'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[#([{)\]}]/;

/** The brackets and triple quotes that are open after a line: a magic begins a statement. */
function openAfter(line: string, before: readonly string[]): readonly string[] {
  const open = [...before];
  for (let rest = line; ;) {
    const last = open.at(-1) ?? '';
    const found = last.length === 3 ? new RegExp(String.raw`\\.|${last}`).exec(rest) : marks.exec(rest);
    if (found === null || found[0] === '#') return open;
    const [mark] = found;
    if (mark === last || ')]}'.includes(mark)) open.pop();
    else if ('([{'.includes(mark) || mark === '"""' || mark === "'''") open.push(mark);
    rest = rest.slice(found.index + mark.length);
  }
}

/** A Python program for spark-submit: `runner` is programs/notebook.py. */
export function notebookProgram(runner: string, name: string, cells: readonly Cell[]): string {
  // every JSON text of strings and numbers is a Python expression
  return `${runner}\n\n_run_notebook(${JSON.stringify(name)}, ${JSON.stringify(cells)})\n`;
}
