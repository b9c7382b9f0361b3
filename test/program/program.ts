import { spawn, type ChildProcess } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const programPath = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'dist', 'main.js');

export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  readonly ended: Promise<ProgramEnd>;
  /** So far. */
  stdout(): string;
  /** Waits until stderr matches; answers the match. */
  says(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
}

/** The built program as a user starts it, without a terminal. */
export function startProgram(
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
  working?: string,
): RunningProgram {
  const child = spawn(process.execPath, [programPath, ...words], {
    env: { ...process.env, ...env },
    ...(working === undefined ? {} : { cwd: working }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => {
      resolve({ exitCode, stdout, stderr });
    });
  });
  return {
    child,
    ended,
    stdout: () => stdout,
    async says(pattern, timeoutMs = 120_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const match = pattern.exec(stderr);
        if (match !== null) return match;
        if (child.exitCode !== null || Date.now() > deadline)
          throw new Error(`never said ${String(pattern)}:\n${stderr}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

export function runProgram(
  words: readonly string[],
  env?: Readonly<Record<string, string>>,
  working?: string,
): Promise<ProgramEnd> {
  return startProgram(words, env, working).ended;
}

/** The JSON envelope's data; fails with all that was said when there is none. */
export function dataOf(end: ProgramEnd): Record<string, unknown> {
  const envelope = JSON.parse(end.stdout === '' ? '{}' : end.stdout) as {
    ok?: boolean;
    data?: Record<string, unknown>;
  };
  if (envelope.ok !== true || envelope.data === undefined)
    throw new Error(`exit ${String(end.exitCode)}\n${end.stdout}\n${end.stderr}`);
  return envelope.data;
}
