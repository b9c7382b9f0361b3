import { chmodSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost, type FakeHost } from '../../../test/fakes/fake-host.js';
import type { Scripted } from '../../../test/fakes/fake-runner.js';
import { putFiles } from '../../../test/fakes/put-files.js';
import { createStoredZip } from '../../../test/fakes/stored-zip.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import {
  buildProject,
  findOwnMain,
  findProject,
  findProjectJar,
  listProjectState,
  projectArgv,
  requireScala,
} from './project.js';

const { signal } = new AbortController();
const java = () => Promise.resolve('/usr/bin/java');
const runnable = 'magic\x01\x00\x04main\x01\x00\x16([Ljava/lang/String;)V';
const jarOf = (name: string): Buffer => createStoredZip({ [`${name}.class`]: runnable });

function project(files: Readonly<Record<string, string | Buffer>>, programs: readonly Scripted[] = []): FakeHost {
  const host = createFakeHost({ programs });
  putFiles(host.directories.working, files);
  return host;
}

describe('the tool of a project', () => {
  const argvOf = async (host: FakeHost, tool: 'maven' | 'sbt') =>
    projectArgv(host, { kind: 'project', tool, folder: host.directories.working, mainClass: undefined }, java);

  it("is the project's own wrapper, then the program on the PATH", async () => {
    const host = project({ mvnw: '', 'pom.xml': '' }, [{ argv: ['mvn'] }]);
    expect((await argvOf(host, 'maven'))[0]).toBe('/usr/bin/mvn');
    const wrapper = join(host.directories.working, 'mvnw');
    chmodSync(wrapper, 0o755);
    expect((await argvOf(host, 'maven'))[0]).toBe(wrapper);
  });

  it('is refused for Maven where there is none, and is the launcher for sbt', async () => {
    const host = project({ 'build.sbt': '' });
    await expect(argvOf(host, 'maven')).rejects.toMatchObject({ code: 'TOOL_MISSING' });
    expect(await argvOf(host, 'sbt')).toEqual(expect.arrayContaining(['/usr/bin/java', '-jar', 'package']));
  });

  it('packs the libraries too where the project has the plugin for it', async () => {
    const plugin = (comment: string) => ({
      'project/plugins.sbt': `${comment}addSbtPlugin("com.eed3si9n" % "sbt-assembly" % "2.3.0")`,
    });
    const sbt = [{ argv: ['sbt'] }];
    expect((await argvOf(project(plugin(''), sbt), 'sbt')).at(-1)).toBe('assembly');
    expect((await argvOf(project(plugin('// '), sbt), 'sbt')).at(-1)).toBe('package');
  });
});

it('finds the project around a source', async () => {
  const host = project({ 'build.sbt': '', 'src/main/scala/App.scala': '' });
  const folder = host.directories.working;
  expect(await findProject(join(folder, 'src/main/scala'))).toEqual({ tool: 'sbt', folder });
});

it.each([
  ['sbt', 'build.sbt', '// scalaVersion := "2.13.1"\nThisBuild / scalaVersion := "2.11.12"', '2.11'],
  ['maven', 'pom.xml', '<properties><scala.version>2.12.12</scala.version></properties>', '2.12'],
  ['sbt', 'build.sbt', 'scalaVersion := "2.13.16"', undefined],
  ['sbt', 'build.sbt', 'scalaVersion := scala', undefined],
  ['maven', 'pom.xml', '<artifactId>spark-sql_2.12</artifactId>', undefined],
] as const)('refuses a project for another Scala before it is built: %s, %s %j', async (tool, file, text, scala) => {
  const folder = project({ [file]: text, 'src/main/scala/A.scala': '' }).directories.working;
  const asked = requireScala({ kind: 'project', tool, folder, mainClass: undefined }, sparkVersion);
  if (scala === undefined) await expect(asked).resolves.toBeUndefined();
  else await expect(asked).rejects.toMatchObject({ code: 'USAGE', what: expect.stringContaining(scala) as string });
});

it('sees a change of a source, and none in what the build makes', async () => {
  const host = project({ 'src/A.scala': 'a', 'target/a.jar': '', '.git/x': '', '.mvn/jvm.config': '' });
  const folder = host.directories.working;
  const before = await listProjectState(folder);
  expect(before).toHaveLength(2);
  putFiles(folder, { 'target/b.jar': '', '.git/y': '' });
  expect(await listProjectState(folder)).toEqual(before);
  putFiles(folder, { 'src/A.scala': 'ab' });
  expect(await listProjectState(folder)).not.toEqual(before);
});

describe('the jar of a project', () => {
  const found = async (files: Readonly<Record<string, string | Buffer>>, mainClass?: string) => {
    const folder = project(files).directories.working;
    return (await findProjectJar(folder, mainClass)).slice(folder.length + 1);
  };
  const app = jarOf('App');

  it('is the one with the libraries', async () => {
    const files = { 'target/scala-2.13/app_2.13-1.jar': app, 'target/scala-2.13/app-assembly-1.jar': app };
    expect(await found(files)).toBe('target/scala-2.13/app-assembly-1.jar');
    expect(
      await found({ 'target/original-app-1.jar': app, 'target/app-1.jar': app, 'target/app-1-sources.jar': app }),
    ).toBe('target/app-1.jar');
  });

  it('is the newest of several versions', async () => {
    const folder = project({ 'target/app-1.jar': app, 'target/app-2.jar': app }).directories.working;
    utimesSync(join(folder, 'target/app-2.jar'), 1, 1);
    expect(await findProjectJar(folder, undefined)).toBe(join(folder, 'target/app-1.jar'));
  });

  it('is the one that has the class, and asked for among several modules', async () => {
    const files = { 'core/target/core-1.jar': jarOf('Core'), 'jobs/target/jobs-1.jar': app };
    expect(await found(files, 'App')).toBe('jobs/target/jobs-1.jar');
    await expect(found(files)).rejects.toMatchObject({ code: 'BUILD_FAILED' });
    await expect(found({ 'pom.xml': '' })).rejects.toMatchObject({ code: 'BUILD_FAILED' });
  });

  it('needs a main class', async () => {
    const two = createStoredZip({ 'One.class': runnable, 'Two.class': runnable });
    await expect(found({ 'target/app.jar': two })).rejects.toMatchObject({
      code: 'USAGE',
      why: expect.stringContaining('One, Two') as string,
    });
    const fat = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`lib/L${String(at)}.class`, runnable]));
    const jar = createStoredZip({ ...fat, 'org/App.class': runnable, 'org/Two.class': runnable });
    const files = { 'target/app.jar': jar, 'target/classes/org/App.class': '' };
    await expect(found({ ...files, 'target/classes/org/Two.class': '' })).rejects.toMatchObject({
      why: expect.stringMatching(/main method: org\.App, org\.Two$/) as string,
      fix: [expect.stringMatching(/--class org\.App$/)],
    });
    // its only program, among those of the libraries
    const folder = project(files).directories.working;
    expect(await findProjectJar(folder, undefined)).toBe(join(folder, 'target/app.jar'));
    expect(await findOwnMain(folder, join(folder, 'target/app.jar'))).toBe('org.App');
    await expect(found({ 'target/app.jar': app }, 'Missing')).rejects.toMatchObject({ code: 'USAGE' });
  });
});

// recorded: Apache Maven 3.8.7, mvn --batch-mode package, shortened
const mavenError = `[INFO] Compiling 1 source file to /p/target/classes
[ERROR] COMPILATION ERROR : 
[ERROR] /p/src/main/java/org/acme/Etl.java:[4,5] cannot find symbol
[ERROR] Failed to execute goal maven-compiler-plugin:3.11.0:compile: Compilation failure -> [Help 1]
[ERROR] 
[ERROR] To see the full stack trace of the errors, re-run Maven with the -e switch.`;

it("says the tool's own error lines", async () => {
  const mvn = [{ argv: ['mvn'] }, { argv: ['/usr/bin/mvn'], exitCode: 1, stdout: mavenError }];
  const host = project({ 'pom.xml': '' }, mvn);
  const folder = host.directories.working;
  const failed = buildProject(host, { kind: 'project', tool: 'maven', folder, mainClass: undefined }, java, signal);
  const why = expect.stringMatching(/^(\[ERROR] .+\n){2}\[ERROR] .+$/) as string;
  await expect(failed).rejects.toMatchObject({ code: 'BUILD_FAILED', exitCode: 7, why });
});
