import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createHost } from '../../src/host.js';
import { readProgram } from '../../src/run/follow/program-streams.js';
import { describeDistribution } from '../../src/toolchain/spark/distribution.js';
import { sparkVersion } from '../../src/toolchain/spark/versions.js';

const starter = join(dirname(fileURLToPath(import.meta.url)), '../../images/spark/driver/driver.py');

/** In the place of the JVM: what PythonRunner does with a Python program, streams joined and without stdin. */
const runner = `
for word; do case $word in spark.pyspark.driver.python=*) python=\${word#*=} ;; esac; done
echo 'INFO Log: one' >&2
"$python" "\${@: -2}" </dev/null >/dev/null 2>&1
`;

interface Case {
  readonly program: string;
  readonly input?: string;
  readonly frames?: boolean;
}

async function drive({ program, input = '', frames = true }: Case) {
  const folder = mkdtempSync(join(tmpdir(), 'spark-driver-'));
  const main = join(folder, 'main.py');
  writeFileSync(main, program);
  const jvm = ['bash', '-c', runner, 'jvm', 'org.apache.spark.deploy.SparkSubmit', main, 'argument'];
  const child = spawn('python3', ['-IS', starter, ...(frames ? ['--frame'] : []), ...jvm], {
    env: { PATH: process.env['PATH'], SPARK_DEV_PYTHON: 'python3' },
  });
  child.stdin.end(input);
  const [stdout, stderr, code] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  const output: Uint8Array[] = [];
  const reader = readProgram({
    output: (chunk) => output.push(chunk),
    error: () => undefined,
    log: () => undefined,
  });
  const lines = (bytes: Buffer): void => {
    for (const line of bytes.toString().replace(/\n$/, '').split('\n')) reader.line(line);
  };
  lines(stderr);
  if (frames) lines(stdout);
  else reader.output(stdout);
  const { errors, log, note } = reader.seen();
  return { code, output: Buffer.concat(output), framed: stdout, errors, log, note };
}

it('gives stdout back byte for byte, in lines that every log keeps', async () => {
  const program = `
import os, sys
out = sys.stdout.buffer
out.write(b"plain\\n\\n" + "Größe 🚀".encode() * 700 + b"\\n" + bytes(range(256)) + b"\\r\\n50%\\r")
out.write(b"x" * 5_000_000 + b"\\nno line end")
`;
  const { output, framed, note, code } = await drive({ program });
  const all = [
    Buffer.from(`plain\n\n${'Größe 🚀'.repeat(700)}\n`),
    Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    Buffer.from(`\r\n50%\r${'x'.repeat(5_000_000)}\nno line end`),
  ];
  expect(output.equals(Buffer.concat(all))).toBe(true);
  expect(
    Math.max(
      ...framed
        .toString()
        .split('\n')
        .map((line) => line.length),
    ),
  ).toBeLessThan(16_000);
  // a clean line stays readable
  expect(framed.toString()).toContain('\u001fplain\n');
  expect([code, note]).toEqual([0, expect.objectContaining({ ended: 'python', exitCode: 0, bytes: output.length })]);
});

it('feeds stdin, keeps stderr apart from the log, and tells the exit code', async () => {
  const program = `
import sys
print(sys.argv[1:], sys.stdin.read(), flush=True)
sys.stderr.write("1%\\r2%\\nlast")
sys.exit(3)
`;
  const { output, errors, log, note, code } = await drive({ program, input: 'of the pipe', frames: false });
  expect(output.toString()).toBe("['argument'] of the pipe\n");
  expect([errors, log]).toEqual([['1%', '2%', 'last'], ['INFO Log: one']]);
  expect([code, note]).toEqual([3, expect.objectContaining({ ended: 'python', exitCode: 3 })]);
});

it('shows a prompt before it is answered, and knows a signal', async () => {
  const program = 'import os, sys; sys.stdout.write("Name? "); sys.stdout.flush(); os.kill(os.getpid(), 9)';
  const { output, note, code } = await drive({ program });
  expect(output.toString()).toBe('Name? ');
  expect([code, note]).toEqual([137, expect.objectContaining({ ended: 'python', signal: 'SIGKILL' })]);
});

it('leaves the program no trace of itself, and names the threads that keep it', async () => {
  const program = `
import os, sys, threading, time
print(any(path.endswith("start") for path in sys.path), [n for n in os.environ if "SPARK_DEV" in n or n == "PYTHONPATH"])
threading.Thread(target=time.sleep, args=[11], name="pump").start()
`;
  const { output, errors } = await drive({ program });
  expect(output.toString()).toBe('False []\n');
  expect(errors).toEqual(['spark-dev: the program is done, but these threads keep it running: pump']);
}, 30_000);

it('names the threads that keep a program in the JVM', async () => {
  const { jars } = describeDistribution(
    createHost({ verbosity: 0, yes: true, input: false }).directories,
    sparkVersion,
  );
  const folder = mkdtempSync(join(tmpdir(), 'spark-driver-'));
  const source = join(folder, 'Stays.scala');
  const sleep = 'new Thread(() => Thread.sleep(60000), "pump").start()';
  writeFileSync(source, `object Stays { def main(words: Array[String]): Unit = ${sleep} }`);
  const scalac = ['scala.tools.nsc.Main', '-usejavacp', '-d', folder, source];
  execFileSync('java', ['-cp', join(jars, '*'), ...scalac]);
  const words = ['-IS', starter, 'java', '-cp', `${join(jars, '*')}:${folder}`, 'Stays'];
  const child = spawn('python3', words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  for await (const chunk of child.stderr.setEncoding('utf8')) if ((told += String(chunk)).includes('running: ')) break;
  child.kill('SIGTERM');
  await once(child, 'close');
  expect(told).toContain('\u001cspark-dev: the program is done, but these threads keep it running: pump\n');
}, 90_000);

it('tells the caller of a driver that ended while it warmed up that nothing has begun', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'spark-driver-'));
  const jvm = ['bash', '-c', 'sleep 2; exit 1', 'jvm', 'org.apache.spark.deploy.SparkSubmit', 'warm.py'];
  const keeper = spawn('python3', ['-IS', starter, '--standby', folder, ...jvm], { stdio: 'ignore' });
  while (!existsSync(join(folder, 'streams'))) await setTimeout(50);
  const caller = spawn('python3', ['-IS', starter, '--attach', folder, 'python', 'main.py']);
  const [told] = await Promise.all([text(caller.stderr), once(caller, 'close')]);
  expect([told.trimEnd().split('\n').at(-1), caller.exitCode]).toEqual(['\u001d{"ended": "standby"}', 75]);
  keeper.kill();
});

it('waits for a slow reader with the end of what a program wrote', async () => {
  const jvm = ['bash', '-c', 'seq 50000', 'java'];
  const child = spawn('python3', ['-IS', starter, '--frame', ...jvm], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.pause();
  // the program itself has long ended
  await setTimeout(5000);
  const lines = (await text(child.stdout)).split('\n');
  expect(lines.at(-3)).toBe('\u001f50000');
  expect(lines.at(-2)).toContain('"exitCode": 0');
});

it('ends a good job well where somebody else has taken the name of its attach socket', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'spark-driver-'));
  const java = join(folder, 'java');
  // a folder stands for a file that may not be removed
  writeFileSync(java, '#!/bin/sh\nmkdir "/tmp/.java_pid$$"\necho $$\n', { mode: 0o755 });
  const child = spawn('python3', ['-IS', starter, '--frame', java], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  rmdirSync(`/tmp/.java_pid${output.split('\u001f')[1]?.split('\n')[0] ?? ''}`);
  expect([child.exitCode, errors]).toEqual([0, '']);
});
