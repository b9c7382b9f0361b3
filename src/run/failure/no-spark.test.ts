import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createReadJob } from '../../../test/fakes/a-job.js';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { putFiles } from '../../../test/fakes/put-files.js';
import type { RunOutcome } from '../../runs/record.js';
import { warnIfNoSpark } from './no-spark.js';

const neverCalled = 'from pyspark.sql import SparkSession\ndef main():\n    SparkSession.builder.getOrCreate()\n';

async function warned(text: string, outcome: Partial<RunOutcome>): Promise<readonly string[]> {
  const host = createFakeHost();
  const folder = host.directories.working;
  putFiles(folder, { 'etl.py': text });
  const job = await createReadJob({ main: { kind: 'python', at: { where: 'here', path: join(folder, 'etl.py') } } });
  const ended = {
    target: 'local',
    executors: ['driver'],
    appId: undefined,
    startedSpark: false,
    folder,
    ...outcome,
  } as unknown as RunOutcome;
  expect(warnIfNoSpark({ host, job }, ended)).toBe(ended);
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
  expect(await warned(neverCalled, { startedSpark: true })).toEqual([]);
  expect(await warned(neverCalled, { target: 'cluster', executors: ['one'] })).toEqual([]);
  expect(await warned('SparkSession.builder.remote("sc://here")\n', {})).toEqual([]);
});

it('says once that a master of its own leaves the executors idle', async () => {
  const idle = { target: 'cluster', executors: [], startedSpark: true } as const;
  expect(await warned('builder.master(mine)\n', idle)).toEqual([expect.stringMatching(/used none of its executors/)]);
  // told before the run, with its line
  expect(await warned('builder.master("local[2]")\n', idle)).toEqual([]);
});
