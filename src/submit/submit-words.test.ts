import fc from 'fast-check';
import { expect, it } from 'vitest';
import { confOf, joinLine, splitLine } from './submit-words.js';

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
