import fc from 'fast-check';
import { expect, it } from 'vitest';
import { confOf, hideConf, joinLine, showConf, splitLine } from './submit-words.js';

it('tells options from the application and its own arguments', () => {
  const line = splitLine([
    '--verbose',
    '-c',
    'a=b=c',
    '--name=x',
    '--class',
    'A',
    'local:///a.jar',
    '--conf',
    'mine=1',
  ]);
  expect(line.options.map(([flag]) => flag)).toEqual(['--verbose', '--conf', '--name', '--class']);
  expect(line.resource).toBe('local:///a.jar');
  expect(line.arguments).toEqual(['--conf', 'mine=1']);
  expect([...confOf(line)]).toEqual([['a', 'b=c']]);
});

it('takes the last of two', () => {
  expect(confOf(splitLine(['--conf', 'k=1', '--conf', 'k=2', 'x'])).get('k')).toBe('2');
});

it('puts together what it took apart, whatever the arguments', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (rest) => {
      const words = ['--conf', 'k=v', 'app.py', ...rest];
      expect(joinLine(splitLine(words))).toEqual(words);
    }),
  );
});

const line = [
  ...['--master', 'k8s://x', '--conf', 'spark.a.secret=old', '-c', 'spark.a.secret= a=b\\é '],
  ...['--load-spark-defaults', '--conf', 'spark.kubernetes.container.image=i', 'local:///a.jar', '--conf', 'mine=1'],
];

it('takes the properties out of a line, but for the image that the entry point looks for', () => {
  expect(hideConf(line, '/f')).toEqual({
    words: [
      ...['--properties-file', '/f', '--master', 'k8s://x', '--load-spark-defaults'],
      ...['--conf', 'spark.kubernetes.container.image=i', 'local:///a.jar', '--conf', 'mine=1'],
    ],
    properties: 'spark.a.secret=\\ a=b\\\\\\u00e9 \n',
  });
});

it('puts them back', () => {
  const { words, properties = '' } = hideConf(line, '/f');
  const shown = splitLine(showConf(words, properties));
  expect(confOf(shown)).toEqual(confOf(splitLine(line)));
  expect(joinLine(shown)).not.toContain('--properties-file');
});

it('leaves a line alone that has a file of its own', () => {
  const own = ['--properties-file', 'mine', '--conf', 'spark.a=b', 'a.jar'];
  expect(hideConf(own, '/f')).toEqual({ words: own, properties: undefined });
});
