import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Host } from '../../ports/host.js';
import type { ProgramSink } from './program-streams.js';

/** The log of a run, readable by its owner alone. An unwritable file causes one warning. */
export function openRunLog(host: Pick<Host, 'ui'>, path: string) {
  let isWhole = true;
  const file = createWriteStream(path, { mode: 0o600 }).on('error', (error) => {
    if (isWhole) host.ui.warn(`The log ${path} is incomplete: ${error.message}`);
    isWhole = false;
  });
  return {
    write: (text: string | Uint8Array): void => {
      file.write(text);
    },
    /** False once something could not be written. */
    isWhole: () => isWhole,
    drained: async (): Promise<void> => {
      if (file.writableNeedDrain) await once(file, 'drain').catch(() => undefined);
    },
    close: async (): Promise<void> => {
      file.end();
      await finished(file).catch(() => undefined);
    },
  };
}

/** Shows all of it, and keeps it too. */
export function alsoInto(log: Pick<ReturnType<typeof openRunLog>, 'write'>, sink: ProgramSink): ProgramSink {
  const withLine =
    (act: (line: string) => void) =>
    (line: string): void => {
      log.write(`${line}\n`);
      act(line);
    };
  return {
    output: (chunk) => {
      log.write(chunk);
      sink.output(chunk);
    },
    error: withLine(sink.error),
    log: (line, isWhole) => {
      log.write(`${line}\n`);
      sink.log(line, isWhole);
    },
  };
}
