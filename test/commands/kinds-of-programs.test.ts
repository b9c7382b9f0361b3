import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeDistribution } from '../../src/toolchain/spark/distribution.js';
import { sparkVersion } from '../../src/toolchain/spark/versions.js';
import { createFakeHost, type FakeHost } from '../fakes/fake-host.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { putFiles } from '../fakes/put-files.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

/** Java and Spark, a project, and no cluster. */
function laptop(files: Readonly<Record<string, string>>, programs: readonly Scripted[] = []): FakeHost {
  const properties = '    java.specification.version = 17\njava.base@17\n';
  const java = [{ argv: ['java'] }, { argv: ['/usr/bin/java', '-XshowSettings:properties'], stdout: properties }];
  const host = createFakeHost({ env: { PIP_CONFIG_FILE: '/dev/null' }, programs: [...java, ...programs] });
  const { jars } = describeDistribution(host.directories, sparkVersion);
  mkdirSync(jars, { recursive: true });
  writeFileSync(join(jars, `spark-core_2.13-${sparkVersion.version}.jar`), '');
  putFiles(host.directories.working, files);
  return host;
}

const run = (app: string, host: FakeHost, ...words: readonly string[]) =>
  call(['run', app, '--target', 'local', '--json', ...words], { host });

it.each([
  ['a Gradle project', '.', { 'build.gradle.kts': '' }, /gradlew build$/],
  ['Kotlin', 'etl.kt', { 'etl.kt': 'fun main() {}' }, /^kotlinc etl\.kt .* -d etl\.jar$/],
])('explains how to build %s', async (_, app, files, command) => {
  const { exitCode, stdout } = await run(app, laptop(files));
  expect(exitCode).toBe(2);
  expect(readError(stdout).fix[0]).toMatch(command);
});

it('shows the command that would build a project', async () => {
  const host = laptop({ 'pom.xml': '' }, [{ argv: ['mvn'] }]);
  const { commands } = readResult((await run('.', host, '--dry-run')).stdout) as { commands: string[][] };
  expect(commands[0]).toEqual(['/usr/bin/mvn', '--batch-mode', '--no-transfer-progress', '-DskipTests', 'package']);
});

// recorded: scalac 2.13.18 of Spark 4.3.0
const missing = 'App.scala:1: error: object acme is not a member of package com';

it('names the project of a source that needs its libraries', async () => {
  const files = {
    'etl/build.sbt': '',
    'etl/src/main/scala/App.scala': 'object App { def main(a: Array[String]) = () }',
  };
  const host = laptop(files, [{ argv: ['/usr/bin/java', '-XX:TieredStopAtLevel=1'], exitCode: 1, stdout: missing }]);
  const { exitCode, stdout } = await run('etl/src/main/scala/App.scala', host);
  expect(exitCode).toBe(7);
  expect(readError(stdout).fix).toEqual([expect.stringMatching(/spark-dev run \S+\/etl$/)]);
});

it('asks for a JDK where a Java source meets a JRE', async () => {
  const none = 'java.lang.module.FindException: Module jdk.compiler not found';
  const host = laptop({ 'Etl.java': 'class Etl { static void main(String[] a) {} }' }, [
    { argv: ['/usr/bin/java', '-XX:TieredStopAtLevel=1'], exitCode: 1, stderr: none },
  ]);
  const { exitCode, stdout } = await run('Etl.java', host);
  expect([exitCode, readError(stdout).code]).toEqual([4, 'JAVA_MISSING']);
});

it('says which file of a folder is the program', async () => {
  const host = laptop({ 'jobs/__init__.py': '', 'jobs/conftest.py': '', 'jobs/main.py': 'print()' });
  expect((await run('jobs', host, '--dry-run')).exitCode).toBe(0);
  expect(host.ui.lines).toContain('Program  jobs/main.py');
});
