import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { createStoredZip } from '../../test/fakes/stored-zip.js';
import { describeDistribution } from '../toolchain/spark/distribution.js';
import { sparkVersion } from '../toolchain/spark/versions.js';
import { createJob } from '../../test/fakes/a-job.js';
import type { Application } from './application.js';
import { buildApplication, planBuild } from './build.js';
import { jarPath } from './compile.js';

const job = createJob();

it('asks for neither Java nor Spark where this very source was compiled before', async () => {
  const host = createFakeHost({});
  const { signal } = new AbortController();
  const source = join(host.directories.working, 'Main.scala');
  const app = { name: 'main', kind: 'scala', source, mainClass: 'Main' } satisfies Application;
  const distribution = describeDistribution(host.directories, sparkVersion);
  writeFileSync(source, 'object Main');
  const jar = await jarPath(host, app, distribution);
  mkdirSync(dirname(jar), { recursive: true });
  writeFileSync(jar, createStoredZip({ 'Main.class': '' }));
  const main = { kind: 'jar', at: { where: 'here', path: jar }, mainClass: 'Main' };
  expect(await buildApplication({ host, app, job, signal }, () => Promise.resolve('3.11'))).toEqual({
    main,
    pyFiles: [],
    durationsMs: {},
  });
  expect(await planBuild({ host, app, job, signal })).toEqual({ fetches: [], commands: [], main, pyFiles: [] });
  expect(host.runner.calls).toEqual([]);
  writeFileSync(source, 'object Main { }');
  expect((await planBuild({ host, app, job, signal })).commands).toHaveLength(1);
});

it('does not believe a jar that was cut', async () => {
  const host = createFakeHost({});
  const source = join(host.directories.working, 'Main.scala');
  const app = { name: 'main', kind: 'scala', source, mainClass: 'Main' } satisfies Application;
  writeFileSync(source, 'object Main');
  const jar = await jarPath(host, app, describeDistribution(host.directories, sparkVersion));
  mkdirSync(dirname(jar), { recursive: true });
  for (const content of [createStoredZip({ 'Main.class': '' }).subarray(0, 40), Buffer.alloc(0), Buffer.alloc(200)]) {
    writeFileSync(jar, content);
    expect((await planBuild({ host, app, job, signal: new AbortController().signal })).commands).toHaveLength(1);
  }
});
