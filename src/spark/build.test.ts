import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { describeDistribution } from '../toolchain/spark/distribution.js';
import { sparkVersion } from '../toolchain/spark/versions.js';
import type { Application } from './application.js';
import { buildApplication } from './build.js';
import { planBuild } from './build-plan.js';
import { jarPath } from './compile.js';

it('asks for neither Java nor Spark where this very source was compiled before', async () => {
  const host = createFakeHost({});
  const { signal } = new AbortController();
  const source = join(host.directories.working, 'Main.scala');
  const app = { name: 'main', kind: 'scala', source, mainClass: 'Main' } satisfies Application;
  const distribution = describeDistribution(host.directories, sparkVersion);
  const jar = jarPath(host.directories, app, 'object Main', distribution);
  writeFileSync(source, 'object Main');
  mkdirSync(dirname(jar), { recursive: true });
  writeFileSync(jar, 'compiled');
  const main = { kind: 'jar', at: { where: 'here', path: jar }, mainClass: 'Main' };
  expect(await buildApplication(host, app, signal)).toEqual({ main, durationsMs: {} });
  expect(await planBuild(host, app, signal)).toEqual({ fetches: [], commands: [], main });
  expect(host.runner.calls).toEqual([]);
  writeFileSync(source, 'object Main { }');
  expect((await planBuild(host, app, signal)).commands).toHaveLength(1);
});
