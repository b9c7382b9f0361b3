import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHost } from '../../src/host.js';
import { inspectImages, listLabelled } from '../../src/images/observed-image.js';
import { ensureLoaded } from '../../src/images/image-store.js';
import { requirePrepared } from '../cluster/prepared-cluster.js';
import { dataOf, programPath, runProgram } from '../program/program.js';
import { readJvm } from '../cluster/seen-jvm.js';
import { startRegistry, type LocalRegistry } from '../registry/local-registry.js';

const host = createHost({ verbosity: 1, yes: true, input: false });
const here = { place: 'host', dockerEnv: undefined } as const;
const work = mkdtempSync(join(tmpdir(), 'spark-dev-base-'));
const examples = join(programPath, '../../examples');

let registry: LocalRegistry;
/** By digest. */
let base: string;
let cluster: Awaited<ReturnType<typeof requirePrepared>>['cluster'];
let built: { readonly reference: string; readonly tar: string; readonly [fact: string]: unknown } | undefined;

const docker = (...words: string[]): Promise<{ readonly stdout: string }> =>
  host.runner.run(['docker', ...words], { env: { DOCKER_BUILDKIT: '0' } });

/**
 * Where apache/spark has things: a Java of its own at JAVA_HOME and nowhere else, PySpark as a zip beside it, no conf, files and user
 * `spark` without a home, and another entrypoint. What is in it comes from ours.
 */
const layout = (ours: string): string => `FROM ${ours}
USER 0
RUN cp -a "$(readlink -f /opt/java/openjdk)" /opt/java/own && rm -rf /opt/java/openjdk /usr/lib/jvm /usr/bin/java \\
 && mv /opt/java/own /opt/java/openjdk \\
 && rm -rf /opt/spark/conf /opt/spark/spark.jsa && find /opt/spark/python -name __pycache__ -prune -exec rm -r {} + \\
 && (cd /opt/spark/python && python3 -m zipfile -c lib/pyspark.zip pyspark) \\
 && usermod --home /nonexistent spark && chmod 0775 /opt/spark/work-dir \\
 && printf '#!/bin/bash\\nexit 3\\n' >/opt/entrypoint.sh \\
 && chown spark:spark /opt/spark /opt/spark/jars && chown -R spark:spark /opt/spark/python /opt/spark/work-dir
ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin PYTHONPATH=
LABEL io.spark-dev.recipe= app.kubernetes.io/managed-by=
USER spark
`;

beforeAll(async () => {
  ({ cluster } = await requirePrepared());
  registry = await startRegistry(host);
  const tar = join(host.directories.data, 'images', `spark-${cluster.sparkImage.replace(/^.*-/, '')}.tar`);
  await ensureLoaded(host, { reference: cluster.sparkImage, tar }, { logFile: join(work, 'load.log') });
  writeFileSync(join(work, 'Dockerfile'), layout(cluster.sparkImage));
  const name = `${registry.address}/apache/spark:stand-in`;
  await docker('build', '--force-rm', '--network=none', '--tag', name, work);
  await docker('push', name);
  const [pushed] = await inspectImages(host, here, [name]);
  base = pushed?.digests.find((one) => one.startsWith(registry.address)) ?? '';
  await docker('rmi', name);
});

afterAll(async () => {
  const dockerEnv = await cluster.dockerEnv(host);
  const { reference = '', tar } = built ?? {};
  if (tar !== undefined) {
    // the application's too, which is built upon it
    for (const daemon of [here, { place: 'cluster', dockerEnv } as const]) {
      const made = (await listLabelled(host, daemon)).filter(({ recipe }) => reference.endsWith(`-${recipe ?? ''}`));
      const names = made.flatMap(({ references }) => references);
      const env = daemon.dockerEnv ?? {};
      if (names.length > 0) await host.runner.run(['docker', 'rmi', ...names], { env, accept: [1] });
    }
    for (const file of [tar, tar.replace(/tar$/, 'json')]) rmSync(file, { force: true });
  }
  await host.runner.run(['docker', 'rmi', base], { accept: [1] });
  await registry.stop();
  rmSync(work, { recursive: true });
});

const build = (...words: string[]) => runProgram(['images', 'build', 'spark', '--base', base, '--json', ...words]);

it('pulls the base, trains over it, brings the image into the cluster, and does none of it twice', async () => {
  const { images } = dataOf(await build()) as { readonly images: readonly (typeof built)[] };
  built = images[0];
  expect(built).toMatchObject({ built: true, inCluster: 'loaded', base, entry: { image: built?.reference } });
  expect(built?.['archiveBytes']).toBeGreaterThan(50e6);
  expect(dataOf(await build())['images']).toMatchObject([{ built: false, inCluster: 'there' }]);
});

it('is listed, and no old image', async () => {
  const { images } = dataOf(await runProgram(['images', 'list', '--json'])) as { images: Record<string, unknown>[] };
  expect(images).toContainEqual(expect.objectContaining({ reference: built?.reference, cluster: 'there' }));
  const prune = async (...words: string[]): Promise<string> =>
    JSON.stringify(dataOf(await runProgram(['images', 'prune', '--dry-run', '--json', ...words])));
  expect(await prune()).not.toContain(built?.reference);
  expect(await prune('--over-base')).toContain(built?.reference);
});

it('keeps what the base has, and adds what it lacks', async () => {
  const env = await cluster.dockerEnv(host);
  const script = `readlink -f "$JAVA_HOME"; id -un; getent passwd 185 | cut -d: -f6; ls -d /opt/spark/conf; ls /opt/spark/python/lib
    python3 -c 'import importlib.util; print(importlib.util.find_spec("pyspark").origin)'`;
  const argv = ['docker', 'run', '--rm', '--network=none', built?.reference ?? '', 'bash', '-c', script];
  const { stdout } = await host.runner.run(argv, { env });
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining([
      '/opt/java/openjdk',
      'spark',
      '/opt/spark/work-dir',
      '/opt/spark/conf',
      '/opt/spark/python/pyspark/__init__.py',
    ]),
  );
  expect(stdout).not.toContain('pyspark.zip');
});

it('runs SparkPi on the cluster, its driver with most of its classes from the archive', async () => {
  const tell = '-Xlog:class+load -Xlog:cds';
  const entry = {
    path: join(examples, 'sparkpi', 'sparkpi.py'),
    image: built?.reference,
    conf: { 'spark.driver.extraJavaOptions': tell },
  };
  writeFileSync(join(work, 'spark-dev.yaml'), JSON.stringify({ version: 1, apps: { 'over-base': entry } }));
  const data = dataOf(await runProgram(['run', 'over-base', '--target', 'cluster', '--json'], {}, work));
  expect(data['pi']).toBeCloseTo(Math.PI, 2);
  expect(data['executors']).toHaveLength(1);
  const log = join(String(data['folder']), 'driver.log');
  expect(existsSync(log)).toBe(true);
  const { share, complaints } = readJvm(readFileSync(log, 'utf8'));
  rmSync(String(data['folder']), { recursive: true });
  // the run asks the UI how far it is, for which Jersey and more are loaded that the training does not meet
  expect(share).toBeGreaterThan(0.8);
  expect(complaints).toEqual([]);
});
