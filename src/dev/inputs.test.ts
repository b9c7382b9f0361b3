import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { readInputs, watchedBy } from './inputs.js';

const global = { output: 'text', yes: false, dryRun: false, context: undefined, provider: undefined } as const;

it('a change of a program, a module that it uses or its settings is another state; of other files it is not', async () => {
  const host = createFakeHost();
  const { working } = host.directories;
  const write = (path: string, text: string): void => {
    mkdirSync(join(working, path, '..'), { recursive: true });
    writeFileSync(join(working, path), text);
  };
  const input = { args: ['app.py'], options: {}, passthrough: [], global, signal: new AbortController().signal };
  const read = () => readInputs(host, { command: 'spark-dev dev', input });
  write('app.py', 'import lib.deep\n');
  write('lib/__init__.py', '');
  write('lib/deep.py', 'word = 1\n');
  const first = await read();
  expect(first.files.map((path) => path.slice(working.length + 1))).toEqual([
    'app.py',
    'lib/__init__.py',
    'lib/deep.py',
  ]);

  write('notes.md', 'nothing');
  write('lib/deep.py', 'word = 1\n');
  expect((await read()).state).toBe(first.state);
  const states = new Set([first.state]);
  for (const [path, text] of Object.entries({
    'app.py': 'import lib.deep, more\n',
    'lib/deep.py': 'word = 2\n',
    'more.py': '',
    'requirements.txt': 'pandas\n',
    'spark-dev.yaml': 'version: 1\n',
  })) {
    write(path, text);
    states.add((await read()).state);
  }
  expect(states.size).toBe(6);

  write('app.py', 'import lib.deep, more\nopen("data/in.csv")\n');
  write('data/in.csv', '1');
  const before = await read();
  write('data/in.csv', '2');
  const { state, data } = await read();
  expect([state === before.state, data === before.data]).toEqual([true, false]);
});

it('watches the folders of the files, for files like them', () => {
  const { folders, isWanted } = watchedBy({ files: ['/p/app.py', '/p/lib/deep.py', '/p/data/in.csv'] });
  expect(folders).toEqual(['/p', '/p/lib', '/p/data']);
  expect(['/p/new.py', '/p/data/in.csv', '/p/lib/x.csv', '/p/.app.py.swp', '/p/out.parquet'].map(isWanted)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});
