import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { quoteArgv } from '../errors/quote-argv.js';
import type { Argv } from '../ports/runner.js';

export interface ChildLog {
  write(chunk: Uint8Array): void;
  close(): void;
}

/** Written synchronously, so that an error can name a complete log. A failed write only costs the log, not the run. */
export function openChildLog(path: string, argv: Argv, onLost: (why: string) => void = () => undefined): ChildLog {
  let file: number | undefined;
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      onLost(`The log ${path} is incomplete: ${error instanceof Error ? error.message : String(error)}`);
      onLost = () => undefined;
    }
  };
  const write = (chunk: Uint8Array): void => {
    attempt(() => {
      // a full disk may accept only part of the last write
      for (let at = 0; file !== undefined && at < chunk.length;) at += writeSync(file, chunk, at);
    });
  };
  attempt(() => {
    mkdirSync(dirname(path), { recursive: true });
    file = openSync(path, 'a', 0o600);
  });
  write(Buffer.from(`$ ${quoteArgv(argv)}\n`));
  return {
    write,
    close() {
      attempt(() => {
        if (file !== undefined) closeSync(file);
      });
    },
  };
}
