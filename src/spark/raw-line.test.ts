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
  [['--deploy-mode', 'client', 'a.jar'], 'spark-dev cannot follow a line with --deploy-mode client'],
  [['--deploy-mode=client', 'a.jar'], 'spark-dev cannot follow a line with --deploy-mode client'],
  [['--master', 'local[2]', 'a.jar'], "The master is always the submit service's cluster"],
  [['--conf', 'spark.master=local[2]', 'a.jar'], "The master is always the submit service's cluster"],
  [['-c', 'spark.submit.deployMode=client', 'a.jar'], 'spark-dev cannot follow a line with --deploy-mode client'],
  [['--conf=spark.kubernetes.namespace=other', 'a.jar'], "The namespace is always the submit service's namespace"],
])('refuses %j', (words, what) => {
  expect(() => readRawLine(words)).toThrow(what);
});

it('refuses every spark-dev flag next to a raw line', () => {
  expect(() => {
    refuseBesideLine(['--executor-memory', '--conf']);
  }).toThrow('--executor-memory, --conf cannot be combined with a spark-submit line');
  refuseBesideLine([]);
});
