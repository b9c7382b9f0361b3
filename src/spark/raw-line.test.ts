import { expect, it } from 'vitest';
import { readRawLine, refuseBesideLine } from './raw-line.js';

it('takes a line with or without spark-submit before it', () => {
  const words = ['--class', 'A', 'local:///a.jar', '--master'];
  expect(readRawLine(['/opt/spark/bin/spark-submit', ...words])).toEqual(words);
  expect(readRawLine(words)).toEqual(words);
});

it.each([
  [[], 'There is nothing to submit'],
  [['--class', 'A'], 'There is nothing to submit'],
  [['--deploy-mode', 'client', 'a.jar'], 'A line with --deploy-mode client cannot be followed'],
  [['--deploy-mode=client', 'a.jar'], 'A line with --deploy-mode client cannot be followed'],
  [['--master', 'local[2]', 'a.jar'], 'The master is the cluster that the service is in'],
  [['--conf', 'spark.master=local[2]', 'a.jar'], 'The master is the cluster that the service is in'],
  [['-c', 'spark.submit.deployMode=client', 'a.jar'], 'A line with --deploy-mode client cannot be followed'],
  [['--conf=spark.kubernetes.namespace=other', 'a.jar'], 'The namespace is the one that the service is in'],
])('refuses %j', (words, what) => {
  expect(() => readRawLine(words)).toThrow(what);
});

it('lets no flag of ours pass by in silence', () => {
  expect(() => {
    refuseBesideLine(['--executor-memory', '--conf']);
  }).toThrow('--executor-memory, --conf would say nothing to a line of your own');
  refuseBesideLine([]);
});
