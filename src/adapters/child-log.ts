import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { quoteArgv } from '../errors/quote-argv.js';
import type { Argv } from '../ports/runner.js';

export interface ChildLog {
  write(chunk: Buffer): void;
  close(): void;
}

/** Written at once, so that an error can name a complete log; a full disk costs the log, not the run. */
export function openChildLog(path: string, argv: Argv): ChildLog {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a', 0o600);
  const write = (chunk: Buffer): void => {
    try {
      writeSync(file, chunk);
    } catch {
      // nothing better can be done with what a child printed
    }
  };
  write(Buffer.from(`$ ${quoteArgv(argv)}\n`));
  return {
    write,
    close() {
      closeSync(file);
    },
  };
}
