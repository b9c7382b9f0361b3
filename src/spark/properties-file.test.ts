import fc from 'fast-check';
import { expect, it } from 'vitest';
import { argumentFileText, isTrimmed, propertiesText, readProperties } from './properties-file.js';

it.each([
  [{ 'spark.a': 'b' }, 'spark.a=b\n'],
  [{ 'spark.a': ' b ' }, 'spark.a=\\ b \n'],
  [{ 'spark.a=b:c d#!': '#!=: x' }, 'spark.a\\=b\\:c\\ d\\#\\!=#!=: x\n'],
  [{ 'spark.a': 'C:\\x\ny\r\tz' }, 'spark.a=C:\\\\x\\ny\\r\\tz\n'],
  [{ 'spark.ä': '🐘' }, 'spark.\\u00e4=\\ud83d\\udc18\n'],
])('writes %j as Java reads it', (properties, text) => {
  expect(propertiesText(properties)).toBe(text);
});

it('writes one line of ASCII for each property, whatever it holds', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string({ unit: 'binary', minLength: 1 }), fc.string({ unit: 'binary' })),
      (properties) => {
        const text = propertiesText(properties);
        expect(text).toMatch(/^([ -~]+\n)*$/);
        expect(text.split('\n').length - 1).toBe(Object.keys(properties).length);
        expect(readProperties(text)).toEqual({ ...properties });
      },
    ),
  );
});

it('reads a file as people write it', () => {
  const text = `\uFEFF# spark-defaults
! and this
  spark.master   yarn
spark.a=1
spark.b : two words\\
    and more
spark.c\tx\\u00e4\\ty
spark.d
spark.e = a=b\r
spark.a=2`;
  expect(readProperties(text)).toEqual({
    'spark.master': 'yarn',
    'spark.a': '2',
    'spark.b': 'two wordsand more',
    'spark.c': 'xä\ty',
    'spark.d': '',
    'spark.e': 'a=b',
  });
});

it('writes one quoted word on a line for java @FILE', () => {
  expect(argumentFileText(['-Da=b c', '-Dd="\\', '-De=\n', ''])).toBe('"-Da=b c"\n"-Dd=\\"\\\\"\n"-De=\\n"\n""\n');
});

it.each([
  ['a b', false],
  [' a', true],
  ['a\t', true],
  ['a\n', false],
  ['', false],
])('knows whether Spark would trim %j', (value, trimmed) => {
  expect(isTrimmed(value)).toBe(trimmed);
});
