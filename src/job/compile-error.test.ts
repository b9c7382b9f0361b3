import { expect, it } from 'vitest';
import { findCompileError } from './compile-error.js';

// recorded: scalac 2.13.18 of Spark 4.3.0, java -cp 'jars/*' scala.tools.nsc.Main -usejavacp -d out Hello.scala
const printed = [
  'Hello.scala:3: error: type mismatch;',
  ' found   : String("a")',
  ' required: Int',
  '    val x: Int = "a"',
  '                 ^',
  'Hello.scala:4: error: not found: value y',
  '    println(y)',
  '            ^',
  '2 errors',
];

it('is the first one, with its place and message, and how many there are', () => {
  expect(findCompileError(printed)).toBe(
    [
      'Hello.scala:3: error: type mismatch;',
      ' found   : String("a")',
      ' required: Int',
      '    val x: Int = "a"',
      '2 errors',
    ].join('\n'),
  );
});

it('stops at the next one', () => {
  const short = ['A.scala:1: error: expected class', 'x', '^', '1 error'];
  expect(findCompileError(short)).toBe(short.join('\n'));
});

it('is none where the compiler itself broke down', () => {
  expect(findCompileError(['java.lang.OutOfMemoryError: Java heap space'])).toBeUndefined();
});
