import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createJob, createReadJob } from '../../../../test/fakes/a-job.js';
import { keepsTables, tablesFolder } from './tables.js';

it("keeps the tables of a program whose sources use Hive's catalog, and of jars", async () => {
  const working = mkdtempSync(join(tmpdir(), 'spark-dev-tables-'));
  const files = {
    'plain.py': 'import json\n',
    'hive.py': 'from etl import sessions\n',
    'jobs.py': 'from etl.sessions import (\n  spark,\n)\n',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(working, name), text);
  const of = async (name: string, conf = {}): Promise<boolean> => {
    const main = { kind: 'python', at: { where: 'here', path: join(working, name) }, roots: [working] } as const;
    return keepsTables(await createReadJob({ main, conf }));
  };
  expect(await of('hive.py')).toBe(false);
  mkdirSync(join(working, 'etl'));
  writeFileSync(join(working, 'etl/sessions.py'), 'spark = builder.enableHiveSupport()\n');
  expect(await of('plain.py')).toBe(false);
  expect(await of('hive.py')).toBe(true);
  expect(await of('jobs.py')).toBe(true);
  expect(await of('jobs.py', { 'spark.sql.catalogImplementation': 'in-memory' })).toBe(false);
  expect(keepsTables(createJob())).toBe(true);
});

it('gives each working folder tables of its own', () => {
  const of = (working: string): string => tablesFolder({ state: '/state', working });
  expect(of('/a/größe 1')).toMatch(/^\/state\/tables\/gr-e-1-[0-9a-f]{8}$/);
  expect(of('/b/größe 1')).not.toBe(of('/a/größe 1'));
  expect(of('/')).toMatch(/^\/state\/tables\/folder-[0-9a-f]{8}$/);
});
