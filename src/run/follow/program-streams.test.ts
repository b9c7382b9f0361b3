import { expect, it } from 'vitest';
import { readProgram, type ProgramSink } from './program-streams.js';

function read(lines: readonly string[]) {
  const output: Uint8Array[] = [];
  const errors: string[] = [];
  const log: string[] = [];
  const sink: ProgramSink = {
    output: (chunk) => output.push(chunk),
    error: (line) => errors.push(line),
    log: (line) => log.push(line),
  };
  const program = readProgram(sink);
  for (const line of lines) program.line(line);
  return { output: Buffer.concat(output), errors, log, seen: program.seen(), counts: program.counts() };
}

it('takes stdout, stderr and log apart', () => {
  const bytes = Buffer.from([0xff, 0, 0x0d, 0x0a]);
  const found = read([
    '\u001d{"frames":1}',
    '26/11/30 INFO SparkContext: Running Spark',
    '\u001fGröße 3',
    '\u001ePrompt: ',
    `\u001d${bytes.toString('base64')}`,
    '\u001cTraceback (most recent call last):',
    '\u001f',
    '\u001d{"ended":"python","exitCode":3,"bytes":22}',
  ]);
  expect(found.output).toEqual(Buffer.concat([Buffer.from('Größe 3\nPrompt: '), bytes, Buffer.from('\n')]));
  expect(found.errors).toEqual(['Traceback (most recent call last):']);
  expect(found.log).toEqual(['26/11/30 INFO SparkContext: Running Spark']);
  expect(found.seen.note).toMatchObject({ ended: 'python', exitCode: 3 });
  expect(found.counts).toEqual({ bytes: found.output.length, errors: 1, log: 1 });
});

it('knows a mark behind the beginning of a line that another process wrote', () => {
  const { output, log } = read(['a long line of the log, cut\u001f42', ' and its end']);
  expect(output.toString()).toBe('42\n');
  expect(log).toEqual(['a long line of the log, cut', ' and its end']);
});

it('has no output where the streams came joined, as from an image with its own entry point', () => {
  const { seen, log } = read(['Pi is roughly 3.14172', '']);
  expect(log).toEqual(['Pi is roughly 3.14172', '']);
  expect(seen).toMatchObject({ output: undefined, pi: 3.14172 });
});
