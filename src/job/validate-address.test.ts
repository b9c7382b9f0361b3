import { expect, it } from 'vitest';
import { createJob } from '../../test/fakes/a-job.js';
import { validateAddress } from './validate-address.js';

const at = (url: string) => ({ main: { kind: 'python', at: { where: 'remote', url } } }) as const;

it.each(['https://a.org/etl.py', 'hdfs://namenode:8020/etl.py'])('takes %s', (url) => {
  expect(validateAddress(createJob(at(url)))).toEqual([]);
});

it.each([
  ['hdfs:///jobs/etl.py', /names no server/],
  ['s3://bucket/etl.py', /write s3a:\/\/bucket\/etl\.py/],
  ['s3a://bucket/etl.py', /needs hadoop-aws/],
  ['ssh://host/etl.py', /cannot fetch a program from ssh/],
])('says what to change in %s', (url, expected) => {
  expect(validateAddress(createJob(at(url)))).toEqual([
    { path: ['path'], message: expect.stringMatching(expected) as string },
  ]);
});

it('leaves it to an own image, jars or packages to bring a connector', () => {
  const s3 = at('s3a://bucket/etl.py');
  expect(validateAddress(createJob({ ...s3, image: 'mine:1' }))).toEqual([]);
  expect(validateAddress(createJob({ ...s3, conf: { 'spark.jars.packages': 'a:b:1' } }))).toEqual([]);
});
