import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { isFile, tryJson } from '../files/paths.js';
import type { Host } from '../ports/host.js';
import type { SparkJob } from './job.js';

/** Of programs/check-python.py. */
interface PythonAnswer {
  readonly minor: number;
  readonly errors: readonly SyntaxProblem[];
  /** Names of Python's own modules. */
  readonly hidden: readonly string[];
}

interface SyntaxProblem {
  readonly path: string;
  readonly line: number;
  readonly message: string;
  readonly text: string;
}

/**
 * Before anything starts: the program can be read by Python, and no file next to it hides a library. Throws BUILD_FAILED or USAGE;
 * what is less certain is a warning. Says nothing without a `python3`. `findVersion` is asked where the Python
 * that will run it is another one: it may read what an older one cannot.
 */
export async function checkPython(
  { host, job, signal }: { readonly host: Host; readonly job: SparkJob; readonly signal: AbortSignal },
  findVersion?: () => Promise<string>,
): Promise<void> {
  const { main } = job;
  if (main.kind !== 'python' || main.at.where !== 'here' || !main.at.path.endsWith('.py')) return;
  const program = main.at.path;
  const own = dirname(program);
  const names = main.module === undefined ? await listImportable(own) : [];
  const { texts } = job.sources;
  refuseHiding(host, own, names, texts[0]?.text ?? '');
  const paths = texts.map(({ path }) => path);
  const answer = await askPython(host, paths, names, signal);
  if (answer === undefined) return;
  for (const name of answer.hidden)
    host.ui.warn(`${hides(own, name, names, `Python's own module ${name}`)}; rename it if an import fails`);
  // the program's own comes first, and ends this
  for (const problem of answer.errors.toReversed()) {
    const error = explainSyntax(host, problem);
    const isOlder = async (): Promise<boolean> =>
      findVersion !== undefined && answer.minor < Number((await findVersion().catch(() => '')).split('.')[1]);
    if (problem.path === program && (isPython2(problem) || !(await isOlder()))) throw error;
    host.ui.warn(`${error.what}: ${error.why ?? ''}`);
  }
}

/** PySpark cannot work without the first two; it uses the others where they are. */
const needed = ['pyspark', 'py4j'];
const used = ['pandas', 'numpy', 'pyarrow'];

function refuseHiding({ ui, directories }: Host, own: string, names: readonly string[], text: string): void {
  for (const name of used)
    if (names.includes(name))
      ui.warn(`${hides(own, name, names, `the library ${name}`)}; rename it if an import fails`);
  const name = needed.find((one) => names.includes(one));
  if (name === undefined || !/^\s*(import|from)\s+(pyspark|py4j)\b/m.test(text)) return;
  const shown = relative(directories.working, join(own, name));
  throw new SparkDevError('USAGE', hides(own, name, names, `the library ${name}`), {
    why: `Python looks in the program's folder first, so \`import ${name}\` finds that instead of the library.`,
    fix: [`Rename it: mv ${shown}.py ${shown}_job.py`],
  });
}

function hides(own: string, name: string, names: readonly string[], what: string): string {
  return `${join(basename(own), names.includes(`${name}/`) ? `${name}/` : `${name}.py`)} hides ${what}`;
}

/** Names of modules and packages; a package also with a slash. */
async function listImportable(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      if (entry.isFile() && entry.name.endsWith('.py')) return [entry.name.slice(0, -'.py'.length)];
      const isPackage = entry.isDirectory() && (await isFile(join(folder, entry.name, '__init__.py')));
      return isPackage ? [entry.name, `${entry.name}/`] : [];
    }),
  );
  return found.flat();
}

async function askPython(
  host: Host,
  files: readonly string[],
  names: readonly string[],
  signal: AbortSignal,
): Promise<PythonAnswer | undefined> {
  const python = await host.runner.which('python3');
  if (python === undefined) return undefined;
  const script = await readFile(join(host.directories.package, 'programs', 'check-python.py'), 'utf8');
  // isolated: the user's own json.py must not come in between
  const argv = [python, '-I', '-W', 'ignore', '-c', script];
  const asked = host.runner.run(argv, { input: JSON.stringify([files, names]), signal, timeoutMs: 20_000 });
  const answer = tryJson((await asked.catch(() => undefined))?.stdout ?? '');
  signal.throwIfAborted();
  return typeof answer === 'object' && answer !== null ? (answer as PythonAnswer) : undefined;
}

/** Statements that became functions, and other words that only Python 2 knows. */
function isPython2({ message, text }: SyntaxProblem): boolean {
  return (
    /^Missing parentheses in call to '(print|exec)'|multiple exception types must be parenthesized/.test(message) ||
    /^(print\s+[^(=\s]|exec\s+["'\w]|raise\s+\w+\s*,|except\s+[\w.]+\s*,\s*\w+\s*:)/.test(text)
  );
}

function explainSyntax({ directories }: Host, problem: SyntaxProblem): SparkDevError {
  const { path, line, message, text } = problem;
  const place = `${relative(directories.working, path)}:${String(line)}`;
  const old = isPython2(problem);
  return new SparkDevError('BUILD_FAILED', `${basename(path)} is not valid Python${old ? ' 3' : ''}`, {
    why: old ? `${place} is Python 2: ${text}` : `${place}: ${message}: ${text}`,
    fix: [
      old ? `Port it to Python 3, for example with 2to3 -w ${relative(directories.working, path)}` : `Fix ${place}`,
    ],
    facts: { ...problem },
  });
}
