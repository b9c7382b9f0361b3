import { describe, expect, it } from 'vitest';
import { readCells } from './notebook.js';

const notebook = (sources: readonly (string | readonly string[])[], metadata: object = {}): string =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata,
    cells: [
      { cell_type: 'markdown', source: ['# %pip install nothing'] },
      ...sources.map((source) => ({ cell_type: 'code', source, outputs: [] })),
    ],
  });

const python = (source: string): string => readCells('a.ipynb', notebook([source]))[0]?.[1] ?? '';

const refusal = (text: string): { readonly code: string; readonly why: string } => {
  try {
    readCells('a.ipynb', text);
  } catch (error) {
    return error as { code: string; why: string };
  }
  throw new Error('it was accepted');
};

describe('the cells of a notebook', () => {
  it('are its code in order, numbered without the text between', () => {
    expect(readCells('a.ipynb', notebook([['a = 1\n', 'b = 2'], '', 'print(a)']))).toEqual([
      [1, 'a = 1\nb = 2'],
      [3, 'print(a)'],
    ]);
  });

  it.each([
    ['%matplotlib inline\nx = 1', 'pass\nx = 1'],
    ['  %load_ext autoreload', '  pass'],
    ['%time df.count()', 'df.count()'],
    ['%%time\ndf.count()', '\ndf.count()'],
    ['%%timeit -n 3\ndf.count()', '\ndf.count()'],
    ['# why\n%%sql\nSELECT 1', '# why\n_sql("\\nSELECT 1")'],
    ['%sql\nSELECT 1', '_sql("\\nSELECT 1")'],
    ['%sql SELECT "a"', '_sql("SELECT \\"a\\"\\n")'],
    ['%%bash\nls $HOME\ndate', '_shell("\\nls $HOME\\ndate")'],
    ['if x:\n    !ls -l', 'if x:\n    _shell("ls -l")'],
    ['%python\nx = 1', '\nx = 1'],
    ['df.select?', 'pass'],
    ['y = (x\n  %z)', 'y = (x\n  %z)'],
    ['y = 7 % x', 'y = 7 % x'],
    [
      '"""\n%pip install x\n!ls\n"""\nz = "#\'\'\'"\n%sql SELECT 1',
      '"""\n%pip install x\n!ls\n"""\nz = "#\'\'\'"\n_sql("SELECT 1")',
    ],
    ["x = 1 # it's\n%config a", "x = 1 # it's\npass"],
    ['!pip install -q pyspark==3.5.1 py4j', 'pass'],
    ['if colab:\n  %pip install --upgrade pip pyspark[sql,ml]', 'if colab:\n  pass'],
  ])('%j is %j', (source, expected) => {
    expect(python(source)).toBe(expected);
  });

  it.each(['%md\n# Title', '%%html\n<b>', '%%javascript\nalert()'])('%j is no code', (source) => {
    expect(readCells('a.ipynb', notebook([source]))).toEqual([]);
  });

  it('are refused with everything that needs Jupyter, by cell', () => {
    const { code, why } = refusal(
      notebook([
        'x = 1',
        'x = !ls\n%pip install pandas',
        '%run ./other',
        '%%scala\nval x = 1',
        '!echo {x}',
        'pip install x',
        '!pip install pyspark pandas',
      ]),
    );
    expect(code).toBe('USAGE');
    expect(why.split('\n').map((line) => /^Code cell (\d+)/.exec(line)?.[1])).toEqual([
      '2',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
    ]);
    expect(why).toContain('%run');
  });

  it.each([
    ['another language', notebook(['1'], { kernelspec: { language: 'scala' } }), /scala/],
    ['no JSON', '{', /JSON/],
    ['another format', JSON.stringify({ nbformat: 3, worksheets: [] }), /format 4/],
  ])('are refused for %s', (_, text, why) => {
    expect(refusal(text)).toMatchObject({ code: 'USAGE', why: expect.stringMatching(why) as string });
  });
});
