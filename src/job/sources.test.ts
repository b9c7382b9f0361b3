import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createJob } from '../../test/fakes/a-job.js';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { putFiles } from '../../test/fakes/put-files.js';
import { readSources } from './sources.js';

const files = {
  'jobs/etl.py': "import helper\nimport_module(f'steps.{name}')\n",
  'jobs/helper.py': 'from lib.deep import f\n',
  'jobs/unrelated.py': '',
  'steps/one.py': '',
  'steps/.hidden/two.py': '',
  'steps/venv/pyvenv.cfg': '',
  'lib/__init__.py': '',
  'lib/deep/__init__.py': '',
  'lib/data.csv': '',
  'docs/conf.py': '',
  'node_modules/a.py': '',
};

it('brings along what the program names, directly or through a module, and nothing else of the project', async () => {
  const { directories } = createFakeHost();
  const root = directories.working;
  putFiles(root, files);
  const main = { kind: 'python', at: { where: 'here', path: join(root, 'jobs/etl.py') } } as const;
  const job = createJob({ main: { ...main, roots: [join(root, 'jobs'), root] } });
  const names = async (more = {}): Promise<readonly string[]> =>
    (await readSources({ ...job, ...more })).texts.slice(1).map(({ module = '' }) => module);
  expect(await names()).toEqual(['helper.py', 'lib/__init__.py', 'lib/deep/__init__.py', 'steps/one.py']);
  expect(await names({ pyFolders: [join(root, 'docs')] })).toContain('conf.py');
  expect(await names({ arguments: ['--job', 'unrelated'] })).toContain('unrelated.py');
});

it('leaves out what is no project’s own code, and says so', async () => {
  const { directories } = createFakeHost();
  const root = directories.working;
  const big = Object.fromEntries(Array.from({ length: 2001 }, (_, n) => [`big/m${String(n)}.py`, '']));
  putFiles(root, { 'etl.py': 'import big, small\n', 'small.py': '', ...big });
  const main = { kind: 'python', at: { where: 'here', path: join(root, 'etl.py') }, roots: [root] } as const;
  expect(await readSources(createJob({ main }))).toEqual({
    texts: [
      { path: main.at.path, text: 'import big, small\n' },
      { path: join(root, 'small.py'), text: '', module: 'small.py' },
    ],
    tooLarge: [join(root, 'big')],
  });
});
