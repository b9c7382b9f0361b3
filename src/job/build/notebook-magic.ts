/** IPython's magics and those of Databricks, as Python: what has no meaning in a program is left out, the rest is refused. */

type Report = (problem: string) => void;

const settings = ['autoreload', 'config', 'load_ext', 'matplotlib', 'pylab', 'reload_ext'];
const texts = ['html', 'javascript', 'js', 'latex', 'markdown', 'md', 'svg'];
/** They only measure or name the language of the code. */
const plain = ['capture', 'prun', 'pyspark', 'python', 'python3', 'spark', 'time', 'timeit'];
const shells = ['bash', 'sh'];
const installers = ['conda', 'mamba', 'pip', 'pip3', 'uv'];

/** What every run has already. */
const installsSpark =
  /^\s*[%!]?\s*(python3? -m )?pip3? install(\s+(-[\w-]+|pip|(pyspark|py4j)(\[[\w,]+\])?([=<>~!]\S*)?))+\s*$/;

const call = (helper: '_shell' | '_sql', text: string): string => `${helper}(${JSON.stringify(text)})`;

const cannot = (magic: string): string =>
  installers.includes(magic.replace(/^[%!]+/, ''))
    ? `${magic} installs packages: name them in requirements.txt or --with instead`
    : `${magic} needs Jupyter or Databricks`;

/** Undefined if the cell's first line is no magic for the whole cell. `rest`: the other lines. */
function cell(
  first: string,
  rest: string,
  report: Report,
): { readonly line: string; readonly keepsRest: boolean } | undefined {
  const [, percent = '', name = '', words = ''] = /^(%%?)(\w+|!)(?:\s+(.*))?$/.exec(first) ?? [];
  // Databricks writes %sql for the whole cell; in Jupyter that is the query of one line
  const isForCell = percent === '%%' || [...texts, ...shells, 'sql', 'python'].includes(name);
  if (!isForCell || name === '') return undefined;
  if (texts.includes(name)) return { line: '', keepsRest: false };
  if (plain.includes(name)) return { line: '', keepsRest: true };
  if (shells.includes(name) || name === '!') return { line: call('_shell', `${words}\n${rest}`), keepsRest: false };
  if (name === 'sql') return { line: call('_sql', `${words}\n${rest}`), keepsRest: false };
  report(cannot(percent + name));
  return { line: '', keepsRest: false };
}

/** Undefined for a line of Python. */
function line(text: string, report: Report): string | undefined {
  const [, blanks = '', mark = '', body = ''] = /^(\s*)(!|%(?=[a-z]))(.*)$/.exec(text) ?? [];
  const [name = ''] = body.trim().split(/\s/);
  const refused = (magic: string): string => {
    report(cannot(magic));
    return '';
  };
  if (installsSpark.test(text)) return `${/^\s*/.exec(text)?.[0] ?? ''}pass`;
  // pip without a percent sign is a magic too
  const bare = /^\s*(pip3?|conda|mamba) install\b/.exec(text)?.[1];
  if (bare !== undefined) return refused(bare);
  const assigned = /^\s*[\w.,\s]+=\s*([!%]\s*[a-z]\w*)/.exec(text)?.[1];
  if (assigned !== undefined) return refused(assigned);
  if (/^\s*(\?{1,2}[\w.]+|[\w.]+\?{1,2})\s*$/.test(text)) return `${/^\s*/.exec(text)?.[0] ?? ''}pass`;
  if (mark === '') return undefined;
  if (installers.includes(name)) return refused(mark + name);
  if (mark === '!') {
    if (!/[{}]/.test(body)) return blanks + call('_shell', body.trim());
    report('a shell command with {…} takes values from Python, which needs Jupyter');
    return '';
  }
  if (settings.includes(name)) return `${blanks}pass`;
  const rest = body.trim().slice(name.length).trim();
  if (name === 'time' || name === 'timeit') return blanks + rest.replace(/^(-\w+(\s*\d+)?\s+)+/, '');
  if (name === 'sql') return blanks + call('_sql', rest);
  return refused(mark + name);
}

export const magicOf = { cell, line };
