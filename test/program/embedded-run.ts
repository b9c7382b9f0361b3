import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../src/cli/run.js';
import { createHost } from '../../src/host.js';

export interface EmbeddedRun {
  readonly exitCode: Promise<number>;
  /** What went to stdout and stderr so far. */
  stdout(): string;
  stderr(): string;
  /** As Ctrl-C would. */
  interrupt(): void;
  /** This run's own state directory: every process of the run names it. */
  readonly state: string;
  /** The one run folder. */
  folder(): string;
}

/** The real command on the real machine, with its caches, but a state directory of its own. */
export function startEmbeddedRun(...words: readonly string[]): EmbeddedRun {
  return startEmbeddedApp('sparkpi', words);
}

/** Of a project of its own where `working` is given. */
export function startEmbeddedApp(app: string, words: readonly string[], working?: string): EmbeddedRun {
  const state = mkdtempSync(join(tmpdir(), 'spark-dev-embedded-'));
  const controller = new AbortController();
  let stdout = '';
  let stderr = '';
  const exitCode = runCli(['run', app, '--target', 'local', '--quiet', ...words], {
    env: process.env,
    signal: controller.signal,
    print: (data) => {
      stdout += Buffer.from(data).toString();
    },
    printError: (data) => {
      stderr += Buffer.from(data).toString();
    },
    colour: false,
    createHost: (request) => {
      const host = createHost(request);
      const note = (line: string): void => {
        stderr += `${line}\n`;
      };
      return {
        ...host,
        directories: { ...host.directories, state, ...(working === undefined ? {} : { working }) },
        ui: { ...host.ui, say: note, log: note, warn: note },
      };
    },
  });
  return {
    exitCode,
    state,
    stdout: () => stdout,
    stderr: () => stderr,
    interrupt: () => {
      controller.abort();
    },
    folder: () => join(state, 'runs', readdirSync(join(state, 'runs'))[0] ?? ''),
  };
}
