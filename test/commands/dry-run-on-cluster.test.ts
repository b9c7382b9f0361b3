import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeCluster } from '../fakes/fake-kube.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { call } from '../worlds/call.js';
import { readError, readResult } from '../worlds/envelope.js';

const record = { sparkImage: 'spark-dev/spark:4.3.0-abc', sparkVersion: '4.3.0' };
const kube = { kube: () => Promise.resolve(createFakeCluster().kube) };

describe('run --dry-run on the cluster', () => {
  it('describes download and compilation without doing them, and names the jar that there would be', async () => {
    const { host, changes } = await createFakeMachine({ record }, kube);
    const { exitCode, stdout } = await call(['run', 'sparkpi', '--dry-run', '--target', 'cluster'], { host });
    expect(exitCode).toBe(0);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('fetch pyspark-4.3.0.tar.gz (456 MB) from PyPI');
    expect(lines.find((line) => line.includes('scala.tools.nsc.Main'))).toContain('SparkPi.scala');
    expect(lines.find((line) => line.includes('skaffold run'))).toContain('--kube-context=spark-dev');
    expect(changes()).toEqual([]);
    expect(readdirSync(host.directories.cache)).toEqual(['.spark-dev']);
    expect(existsSync(join(host.directories.state, 'runs'))).toBe(false);
  });

  it('has nothing to fetch or compile for Python', async () => {
    const { host } = await createFakeMachine({ record }, kube);
    const words = ['run', 'sparkpi', '--lang', 'python', '--dry-run', '--json', '--target', 'cluster'];
    expect(readResult((await call(words, { host })).stdout)).toMatchObject({ fetches: [], compile: [] });
  });

  it("keeps the blanks of a value, which Spark would trim, in the options of the driver's JVM", async () => {
    const { host } = await createFakeMachine({ record }, kube);
    const words = ['run', 'sparkpi', '--lang', 'python', '--dry-run', '--json', '--target', 'cluster'];
    const { stdout } = await call([...words, '--conf', 'spark.x= a '], { host });
    const files = JSON.stringify(readResult(stdout)['files']).replaceAll('\\', '');
    expect(files).toContain('spark.driver.extraJavaOptions=-Dspark.x=" "a" "');
    expect(files).not.toContain('nspark.x=');
  });

  it('takes another Spark from the image of its own that an application names, and looks there which it is', async () => {
    const image = 'spark-dev/spark-over-base:3.5.9-0123456789ab';
    const dryRun = async (jar: string) => {
      const programs = [
        { argv: ['docker', 'version'], stdout: 'amd64' },
        { argv: ['docker', 'image', 'inspect', '--format', '{{.Architecture}}', image], stdout: 'amd64' },
        { argv: ['docker', 'run'], stdout: `/opt/entrypoint.sh\n${jar}` },
      ];
      const { host } = await createFakeMachine({ record }, { ...kube, programs });
      writeFileSync(join(host.directories.working, 'job.py'), '');
      const entry = { path: 'job.py', image, spark: '3.5.9' };
      const settings = JSON.stringify({ version: 1, apps: { job: entry } });
      writeFileSync(join(host.directories.working, 'spark-dev.yaml'), settings);
      return (await call(['run', 'job', '--dry-run', '--json', '--target', 'cluster'], { host })).stdout;
    };
    const { files } = readResult(await dryRun('spark-core_2.12-3.5.9.jar'));
    expect(files).toMatchObject({
      generated: { 'image/Dockerfile': expect.stringContaining(`FROM ${image}`) as string },
    });
    expect(readError(await dryRun('spark-core_2.13-4.3.0.jar')).why).toContain('has Spark 4.3.0, not 3.5.9');
  });
});
