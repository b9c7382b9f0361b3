import { expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { nameUnknown } from './known-properties.js';

it.each([
  ['spark.sql.shuffle.partition', '4.3.0', 'did you mean spark.sql.shuffle.partitions?'],
  ['spark.executor.memroyOverhead', '3.5.9', 'did you mean spark.executor.memoryOverhead?'],
  ['spark.sql.ansi.enable', undefined, 'did you mean spark.sql.ansi.enabled?'],
  ['spark.api.mode', '3.5.9', 'Spark 3.5.9 has no such property: spark.api.mode'],
  ['spark.acme.folder', '4.3.0', 'has no such property: spark.acme.folder'],
  ['spark.yarn.queue', '4.3.0', 'Without effect in local mode and on Kubernetes: spark.yarn.queue'],
])('names %s in %s', async (key, version, words) => {
  const host = createFakeHost();
  await nameUnknown(host, { [key]: '1' }, version);
  expect(host.ui.lines.join('\n')).toContain(words);
});

it('says nothing of properties that Spark has, in fixed names and below open ones', async () => {
  const host = createFakeHost();
  const keys = [
    'spark.sql.shuffle.partitions',
    'spark.api.mode',
    'spark.hadoop.fs.s3a.endpoint',
    'spark.sql.catalog.lake.type',
    'spark.kubernetes.driver.volumes.emptyDir.a.mount.path',
    'spark.executor.resource.gpu.amount',
    'spark.executorEnv.A',
  ];
  await nameUnknown(host, Object.fromEntries(keys.map((key) => [key, '1'])), '4.3.0');
  expect(host.ui.lines).toEqual([]);
});
