import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.js';
import { recorded } from '../../../test/fakes/fake-machine.js';
import { describeDistribution } from '../../toolchain/spark/distribution.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import { ensureMavenPackages } from './maven-packages.js';

const request = {
  packages: ['io.delta:delta-spark_2.13:4.0.0'],
  excludes: ['com.acme:slow'],
  repositories: [],
  ivySettings: undefined,
};

function world(answer?: string): {
  host: FakeHost;
  ivy: () => string;
  resolve: (asked?: typeof request) => Promise<readonly string[]>;
} {
  let ivy = '';
  const { exitCode = 0, stdout = '' } = answer === undefined ? {} : recorded(`packages/${answer}`);
  const host = createFakeHost({
    programs: [
      {
        argv: ['/usr/bin/java'],
        exitCode,
        stdout,
        does: (argv) => {
          ivy = readFileSync(argv[argv.indexOf('-ivy') + 1] ?? '', 'utf8');
          const jar = argv[argv.indexOf('-retrieve') + 1] ?? '';
          mkdirSync(dirname(jar), { recursive: true });
          writeFileSync(jar.replace(/\[org.*$/, 'io.delta_delta-spark_2.13-4.0.0.jar'), 'jar');
        },
      },
    ],
  });
  const java = { program: '/usr/bin/java', major: 17, build: '17', hasVectorModule: true };
  const runtime = { java, distribution: describeDistribution(host.directories, sparkVersion) };
  const { signal } = new AbortController();
  return { host, ivy: () => ivy, resolve: (asked = request) => ensureMavenPackages(host, asked, runtime, signal) };
}

it('resolves fixed versions once, without what Spark has', async () => {
  const { host, ivy, resolve } = world();
  const jars = await resolve();
  expect(jars.map((path) => basename(path))).toEqual(['io.delta_delta-spark_2.13-4.0.0.jar']);
  expect(await resolve()).toEqual(jars);
  expect(host.runner.calls).toHaveLength(1);
  expect(ivy()).toContain('org="io.delta" name="delta-spark_2.13" rev="4.0.0"');
  expect(ivy()).toContain('<exclude org="com.acme" module="slow" matcher="glob"/>');
});

it('asks again where the version may change', async () => {
  const { host, resolve } = world();
  const changing = { ...request, packages: ['com.acme:own:1.0-SNAPSHOT'] };
  await resolve(changing);
  await resolve(changing);
  expect(host.runner.calls).toHaveLength(2);
});

it.each([
  ['ivy-not-found', 'BUILD_FAILED', 'io.delta#delta-spark_2.13;99.0.0: not found'],
  ['ivy-offline', 'DOWNLOAD_FAILED', 'Connection refused'],
])('explains %s', async (answer, code, why) => {
  await expect(world(answer).resolve()).rejects.toMatchObject({ code, why: expect.stringContaining(why) as string });
});

it.each(['delta', 'io.delta:delta', 'a:b:c:d'])('refuses %s as a package', async (text) => {
  await expect(world().resolve({ ...request, packages: [text] })).rejects.toMatchObject({ code: 'USAGE' });
});
