import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createJob } from '../../../test/fakes/a-job.js';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { putFiles } from '../../../test/fakes/put-files.js';
import type { RunOutcome } from '../../runs/record.js';
import { warnIfNoSpark } from './no-spark.js';

const neverCalled = 'from pyspark.sql import SparkSession\ndef main():\n    SparkSession.builder.getOrCreate()\n';
const contextLine = '26/11/30 19:18:47 INFO SparkContext: Running Spark version 4.3.0';

async function warned(text: string, outcome: Partial<RunOutcome>, log = ''): Promise<readonly string[]> {
  const host = createFakeHost();
  const folder = host.directories.working;
  putFiles(folder, { 'etl.py': text, 'driver.log': log });
  const job = createJob({ main: { kind: 'python', at: { where: 'here', path: join(folder, 'etl.py') } } });
  const ended = {
    target: 'local',
    executors: ['driver'],
    appId: undefined,
    folder,
    ...outcome,
  } as unknown as RunOutcome;
  expect(await warnIfNoSpark({ host, job }, ended)).toBe(ended);
  return host.ui.lines;
}

it.each([
  [neverCalled, /etl\.py started no Spark application: it defines main\(\) and never calls it/],
  ['print(1)\n', /etl\.py started no Spark application: nothing in it creates a SparkSession$/],
  [`${neverCalled}if False:\n    main()\n`, /etl\.py started no Spark application$/],
])('says that no application was started, and why: %j', async (text, expected) => {
  expect(await warned(text, {})).toEqual([expect.stringMatching(expected)]);
  expect(await warned(text, { target: 'cluster', executors: [], appId: 'spark-1' })).toHaveLength(1);
});

it('says nothing where one was, or where that is elsewhere', async () => {
  expect(await warned(neverCalled, { appId: 'local-1' })).toEqual([]);
  expect(await warned(neverCalled, {}, contextLine)).toEqual([]);
  expect(await warned(neverCalled, { target: 'cluster', executors: ['one'] })).toEqual([]);
  expect(await warned('SparkSession.builder.remote("sc://here")\n', {})).toEqual([]);
});
