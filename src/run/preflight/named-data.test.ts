import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { beforeAll, expect, it } from 'vitest';
import { createJob, createReadJob } from '../../../test/fakes/a-job.js';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import type { SparkJob } from '../../job/job.js';
import { addNamedData, mostData, planResults } from './named-data.js';

const working = mkdtempSync(join(tmpdir(), 'spark-dev-data-'));
const source = `
import helper
# not "gone.csv" and not 's3a://bucket/x' or "/etc/hosts" or '.env' or "../outside"
spark.read.csv('data/in.csv'); open("${working}/data/in.csv")
spark.read.text("logs/*/day=?.txt")
join("models", "m.bin")
spark.sql("""
  CREATE TABLE t LOCATION 'tables/t'"""); spark.sql("SELECT * FROM parquet.\`tables/u\`")
`;

beforeAll(() => {
  const files = {
    'jobs/etl.py': source,
    'jobs/helper.py': 'open("jobs/lookup.json"); open("big.bin")',
    'jobs/up.py': 'open("../arg.csv"); sys.path.append("../"); sys.path.append("../jobs")',
    'jobs/lookup.json': '{}',
    'data/in.csv': 'a',
    'logs/1/day=1.txt': 'a',
    'models/m.bin': 'a',
    'tables/t/a': '',
    'tables/u/a': '',
    'arg.csv': 'a',
    'Über uns.txt': 'a',
    'unnamed.csv': 'a',
    '.env': 'secret',
    'big.bin': '',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(working, name)), { recursive: true });
    writeFileSync(join(working, name), text);
  }
  truncateSync(join(working, 'big.bin'), mostData + 1);
});

const etl = (said: Partial<SparkJob> = {}): Promise<SparkJob> =>
  createReadJob({
    working,
    main: {
      kind: 'python',
      at: { where: 'here', path: join(working, 'jobs/etl.py') },
      roots: [join(working, 'jobs')],
    },
    ...said,
  });

async function add(job: SparkJob, isPublished = false) {
  const host = createFakeHost();
  const told: string[] = [];
  const ui = { ...host.ui, say: (line: string) => told.push(line), warn: (line: string) => told.push(line) };
  const { data } = await addNamedData({ ui, directories: { ...host.directories, working } }, job, isPublished);
  return { data: data.map((path) => path.slice(working.length + 1)).sort(), told: told.join('\n') };
}

it('adds what sources and arguments name, and says so', async () => {
  const { data, told } = await add(await etl({ arguments: ['--in=arg.csv', 'out', 'Über uns.txt'] }));
  expect(data).toEqual(
    ['arg.csv', 'data/in.csv', 'jobs/lookup.json', 'logs', 'models', 'tables/t', 'tables/u', 'Über uns.txt'].sort(),
  );
  expect(told).toContain('data/in.csv (1 bytes, jobs/etl.py:4)');
  expect(told).toContain('arg.csv (1 bytes, an argument)');
});

it('tells what pods do not have: paths of this machine alone, and what is too large for an image', async () => {
  const { told } = await add(await etl());
  expect(told).toContain(`The pods have no ${working}/data/in.csv (jobs/etl.py:4)`);
  expect(told).toMatch(/The pods have no big\.bin \(100 MB, jobs\/helper\.py:1\).*--volume/);
  await expect(add(await etl({ data: [join(working, 'big.bin')] }))).rejects.toMatchObject({ code: 'USAGE' });
});

it('tells of a path that leads out of the working folder', async () => {
  const folder = join(working, 'jobs');
  const path = join(folder, 'up.py');
  const { told } = await add(await etl({ working: folder, main: { kind: 'python', at: { where: 'here', path } } }));
  expect(told).toMatch(/^The pods have no \.\.\/arg\.csv \(up\.py:1\): .*$/);
});

it('adds nothing of its own to an image that is pushed, and says how to', async () => {
  const { data, told } = await add(await etl({ data: [join(working, 'data')] }), true);
  expect(data).toEqual(['data']);
  expect(told).toContain('--files models');
  expect(told).not.toContain('data/in.csv (1');
});

it('leaves a jar alone', async () => {
  expect(await add(createJob({ working }))).toEqual({ data: [], told: '' });
});

it.each([
  ['df.write.csv("out")', { sharesFolder: true }],
  [`with open(path, 'w') as file: pass`, { sharesFolder: true }],
  ['open("in.csv").read()', { sharesFolder: false }],
])('shares a working folder that comes back where a program writes: %s', async (text, expected) => {
  const path = join(working, 'writes.py');
  writeFileSync(path, text);
  const job = await createReadJob({ working, main: { kind: 'python', at: { where: 'here', path } } });
  expect(planResults(createFakeHost(), job, false)).toMatchObject(expected);
});

it('says where results cannot come back, and that tables are gone', async () => {
  const path = join(working, 'writes.py');
  writeFileSync(path, 'df.write.saveAsTable("t")');
  const job = await createReadJob({ working, main: { kind: 'python', at: { where: 'here', path } } });
  const told: string[] = [];
  const ui = { ...createFakeHost().ui, warn: (line: string) => told.push(line) };
  expect(planResults({ ui }, job, true)).toEqual(job);
  expect(told.join(' ')).toMatch(/writes\.py saves tables.*writes\.py writes files: with a shared cluster/);
});
