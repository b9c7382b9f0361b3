import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FakeHost } from '../fakes/fake-host.js';
import { call } from '../worlds/call.js';
import { readError } from '../worlds/envelope.js';
import { project } from '../worlds/project.js';

function withFiles(files: Readonly<Record<string, string>>): FakeHost {
  const host = project();
  for (const [name, text] of Object.entries({ 'etl.py': '', ...files })) {
    mkdirSync(host.directories.working, { recursive: true });
    writeFileSync(join(host.directories.working, name), text);
  }
  return host;
}

const local = ['--target', 'local', '--dry-run'];

it('runs a whole spark-submit line, and shows the same in the words of run', async () => {
  const host = withFiles({});
  const line = [
    ...['./bin/spark-submit', '--master', 'local[4]', '--deploy-mode', 'client', '--name', 'nightly', '--queue', 'q'],
    ...['-c', 'spark.sql.shuffle.partitions=8', '--conf=spark.app.name=ignored', '--driver-memory', '2g'],
    ...['--packages', 'a:b:1', '--conf', 'spark.kubernetes.driver.pod.name=x', 'etl.py', '--input', 'x', '1.10'],
  ];
  const { exitCode, stdout } = await call(['run', '--dry-run', '--', ...line], {
    host,
  });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/-Xmx2048m .*--name nightly .*etl\.py --input x 1\.10$/m);
  expect(stdout).toContain('spark.jars.packages=a:b:1\n');
  expect(stdout).toContain('spark.sql.shuffle.partitions=8\n');
  const shown = host.ui.lines.join('\n');
  expect(shown).toContain('--master local[4]: local mode uses all cores');
  expect(shown).toContain('Left out --queue q: for YARN');
  expect(shown).toContain('Left out --conf spark.kubernetes.driver.pod.name=x: spark-dev sets it');
  expect(shown).toContain(
    'Same as: spark-dev run --dry-run --target local --name nightly --conf spark.sql.shuffle.partitions=8 --conf spark.app.name=ignored --driver-memory 2g --packages a:b:1 etl.py -- --input x 1.10',
  );
});

it('reads a properties file below the flags, maps it, and names what it leaves out', async () => {
  const text = `# ours
spark.master yarn
spark.app.name: nightly
spark.driver.memory 2g
spark.executor.memory=4g
spark.sql.ansi.enabled = true
spark.sql.shuffle.partitions 8
spark.jars local:///opt/x.jar
other.key 1
`;
  const host = withFiles({ 'spark-defaults.conf': text, 'a.jar': '' });
  const words = ['--properties-file', 'spark-defaults.conf', '--driver-memory', '3g', '--jars', 'a.jar'];
  const conf = ['--conf', 'spark.sql.shuffle.partitions=9', '--conf', 'spark.executor.memory=1g'];
  const { exitCode, stdout } = await call(['run', 'etl.py', ...words, ...conf, ...local], { host });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/-Xmx3072m .*--name nightly .*--jars \S+a\.jar /);
  expect(stdout).toContain('spark.sql.ansi.enabled=true\n');
  expect(stdout).toContain('spark.sql.shuffle.partitions=9\n');
  expect(stdout).not.toContain('local:///opt/x.jar');
  const shown = host.ui.lines.join('\n');
  expect(shown).toContain('left out spark.master (spark-dev sets it), other.key (Spark ignores it)');
  const bad = withFiles({
    'x.conf': 'spark.executor.memory lots\nspark.kubernetes.driver.volumes.hostPath.a.mount.path /a',
  });
  const refused = await call(['run', 'etl.py', '--properties-file', 'x.conf', ...local, '--json'], { host: bad });
  expect(readError(refused.stdout)).toMatchObject({
    code: 'USAGE',
    why: expect.stringMatching(/--properties-file x\.conf: spark\.executor\.memory: .*\n.*host paths/s) as string,
  });
});

it.each([
  [['run', '--master', 'local[2]', 'etl.py'], 'spark-dev run etl.py --json --target local'],
  [['run', 'etl.py', '--queue', 'q', '--supervise'], 'spark-dev run etl.py --json'],
  [['submit', '--master', 'yarn', 'etl.py'], 'spark-dev run etl.py --json'],
  [['run', 'etl.py', '2024-01-01'], 'spark-dev run etl.py --json -- 2024-01-01'],
  [['run', 'etl.py', '--target', 'local', '--input', 'x'], 'spark-dev run etl.py --target local --json -- --input x'],
  [['run', 'spark-submit', '--class', 'A', 'a.jar'], 'spark-dev run -- spark-submit --class A a.jar --json'],
  [['run', 'etl.py', '--proxy-user', 'me'], 'spark-dev run --help'],
])('answers %j with the line to type', async (words, line) => {
  const { exitCode, stdout } = await call([...words, '--json']);
  expect(exitCode).toBe(2);
  expect(readError(stdout).fix[0]).toBe(line);
});

it('refuses in a line what it cannot do, and names it', async () => {
  const { stdout } = await call(['run', '--json', '--', 'spark-submit', '--keytab', 'k', '--status', 'x', 'etl.py']);
  expect(readError(stdout)).toMatchObject({
    code: 'USAGE',
    what: expect.stringContaining('--keytab, --status') as string,
  });
});

it('adds the entry of a manifest', async () => {
  const manifest = `apiVersion: v1
kind: ConfigMap
---
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: { name: nightly }
spec:
  mainApplicationFile: etl.py
  arguments: [1.10]
  sparkConf: { spark.executor.memory: 1g, spark.kubernetes.container.image.pullPolicy: Always }
  executor: { instances: 2 }
`;
  const host = withFiles({ 'app.yaml': manifest, 'pod.yaml': 'kind: Pod' });
  expect((await call(['overlay', 'new', '--from', 'app.yaml'], { host })).exitCode).toBe(0);
  expect(host.ui.lines.join('\n')).toContain('Left out: spark.kubernetes.container.image.pullPolicy');
  const { stdout } = await call(['run', 'nightly', ...local], { host });
  expect(stdout).toMatch(/etl\.py 1\.10$/m);
  const refused = await call(['overlay', 'new', 'x', '--from', 'pod.yaml', '--json'], { host });
  expect(readError(refused.stdout)).toMatchObject({ code: 'USAGE', what: 'Cannot read pod.yaml' });
});
