import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { standbyIsGone, usesStandby } from '../../src/runs/standby.js';
import { runProgram, type ProgramEnd } from '../program/program.js';
import { parityPrograms } from './standby-programs.js';

const root = mkdtempSync(join(tmpdir(), 'spark-dev-parity-'));
/** No other run takes its drivers. */
const env = { XDG_STATE_HOME: join(root, 'state') };
const examples = ['checksum', 'sparkpi', 'streaming'].flatMap((name) =>
  readdirSync(join('examples', name))
    .filter((file) => /\.(py|scala)$/.test(file))
    .map((file) => [name, file] as const),
);

interface Case {
  readonly name: string;
  readonly folder: string;
  readonly words: readonly string[];
}

const cases: readonly Case[] = [
  ...Object.entries(parityPrograms).map(([name, { file, text, words = [] }], place): Case => {
    const folder = join(root, String(place));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'helper.py'), 'def half(n):\n    return n / 2\n');
    writeFileSync(join(folder, file), text);
    return { name, folder, words: [file, '--', ...words] };
  }),
  ...examples.map(([name, file]): Case => ({
    name: `examples/${name}: ${file}`,
    folder: join('examples', name),
    words: [file],
  })),
];

/** What a run says besides: of its progress, its numbers and its folder. */
const warning = /^! .*started no Spark application/m;

function seenOf({ stdout, exitCode, stderr }: ProgramEnd): object {
  const told = /exit code (\d+)|killed|signal \w+/.exec(stderr)?.[0];
  const output = stdout.replace(/roughly 3\.1\d+/, 'roughly 3.1');
  const shown = output.length > 2000 ? createHash('sha256').update(output).digest('hex') : output;
  return { stdout: shown, exitCode, told, warns: warning.test(stderr) };
}

/** Renews one row of the table: a call may name a part of the programs. */
function note(place: string, row: string): void {
  const file = 'docs/proofs/standby.md';
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const old = lines.findIndex((line) => line.replaceAll(/ +/g, ' ').startsWith(place));
  lines.splice(old < 0 ? lines.length : old, old < 0 ? 0 : 1, row);
  writeFileSync(file, `${lines.join('\n')}\n`);
}

describe.each(['local', 'cluster'])('on %s', (target) => {
  it.each(cases)('$name ends as in a run of its own', async ({ name, folder, words: [file = '', ...rest] }) => {
    const run = (standby: string): Promise<ProgramEnd> =>
      runProgram(['run', file, '--target', target, '--standby', standby, ...rest], env, folder);
    const cold = await run('off');
    await run('only');
    const warm = await run('on');
    const isServed = warm.stderr.includes(usesStandby) && !warm.stderr.includes(standbyIsGone);
    const [one, other] = [seenOf(cold), seenOf(warm)];
    const isAlike = JSON.stringify(one) === JSON.stringify(other);
    const end =
      cold.exitCode === warm.exitCode ? String(cold.exitCode) : `${String(cold.exitCode)} → ${String(warm.exitCode)}`;
    const place = `| ${name} | ${target} |`;
    note(place, `${place} ${isServed ? 'yes' : 'no'} | ${end} | ${isAlike ? 'yes' : '**no**'} |`);
    expect(other, `${cold.stderr}\n--- on a standby:\n${warm.stderr}`).toEqual(one);
    expect(isServed, warm.stderr).toBe(true);
  });
});
