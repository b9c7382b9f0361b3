import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Host } from '../../ports/host.js';
import { readProgram, type ProgramSink } from './program-streams.js';

/** The log of a run, readable by its owner alone. An unwritable file causes one warning. */
export function openRunLog(host: Pick<Host, 'ui'>, path: string) {
  let isWhole = true;
  let draining: Promise<unknown> | undefined;
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
    /** Undefined if nothing has to be waited for. */
    drained: (): Promise<unknown> | undefined => {
      if (!file.writableNeedDrain) return undefined;
      // many may wait for the same
      draining ??= once(file, 'drain')
        .catch(() => undefined)
        .finally(() => {
          draining = undefined;
        });
      return draining;
    },
    close: async (): Promise<void> => {
      file.end();
      await finished(file).catch(() => undefined);
    },
  };
}

/** Keeps all that a driver writes here, and shows it; `streams` are its streams, for the runner. */
export function recordProgram({ ui }: Pick<Host, 'ui'>, path: string, sink: ProgramSink) {
  const log = openRunLog({ ui }, path);
  const withLine =
    <Rest extends readonly unknown[]>(act: (line: string, ...rest: Rest) => void) =>
    (line: string, ...rest: Rest): void => {
      log.write(`${line}\n`);
      act(line, ...rest);
    };
  const program = readProgram({
    output: (chunk) => {
      log.write(chunk);
      sink.output(chunk);
    },
    error: withLine(sink.error),
    log: withLine(sink.log),
  });
  return {
    ...log,
    seen: () => {
      const seen = program.seen();
      const isLost = seen.spark === 'nothing' && !log.isWhole();
      return { ...seen, spark: isLost ? 'context' : seen.spark };
    },
    streams: {
      onLine: (line: string, stream: 'stdout' | 'stderr'): void => {
        if (stream === 'stderr') program.line(line);
      },
      onOutput: program.output,
      drained: (): Promise<unknown> | undefined => {
        const [own, shown] = [log.drained(), ui.drained()];
        return own === undefined ? shown : Promise.all([own, shown]);
      },
    },
  };
}
