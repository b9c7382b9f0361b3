import type { Ui } from '../../ports/ui.js';
import { createLogReader, isCause, matters, type LogRecord } from '../../spark/log-patterns.js';
import { count } from '../../text/words.js';

/** Different warnings that are told apart; an endless run must not fill our memory. */
const mostKinds = 1000;
const shownOfRepeated = 120;

/**
 * Shows the program's lines and the warnings that matter; a repeated warning once, with its number at the end. With -v or --log
 * it shows every line. The run's folder has the whole log.
 */
export function showLog(ui: Ui, onRecord: (record: LogRecord) => void = () => undefined) {
  const read = createLogReader();
  const repeats = new Map<string, { readonly shown: string; times: number }>();
  /** Of a shown warning whose lines still come. */
  let cause: string | undefined;
  let awaitsCause = false;
  const endRecord = (): void => {
    if (cause !== undefined) ui.log(`  ${cause}`);
    cause = undefined;
    awaitsCause = false;
  };
  const warn = (record: LogRecord): void => {
    const shown = `${record.level} ${record.source}: ${record.message}`;
    const kind = shown.replaceAll(/[0-9a-f-]{16,}|\d+/g, '#');
    const known = repeats.get(kind);
    if (known !== undefined) {
      known.times += 1;
      return;
    }
    if (repeats.size < mostKinds) repeats.set(kind, { shown, times: 0 });
    ui.log(shown);
    ({ cause } = record);
    awaitsCause = true;
  };
  return {
    /** A line of Spark's log, or of a stream that has the program's lines too. */
    line: (line: string): void => {
      const seen = read(line);
      if (seen.kind === 'more') {
        if (awaitsCause && isCause(line)) cause = line;
        if (ui.showsLog) ui.log(line);
        return;
      }
      endRecord();
      if (seen.kind === 'record') onRecord(seen.record);
      if (ui.showsLog || seen.kind === 'program') ui.log(line);
      else if (seen.kind === 'record' && matters(seen.record)) warn(seen.record);
    },
    /** Tells how often warnings came again. */
    end: (): void => {
      endRecord();
      for (const { shown, times } of repeats.values())
        if (times > 0) ui.log(`… and ${count(times, 'more line')} like ${shown.slice(0, shownOfRepeated)}`);
      repeats.clear();
    },
  };
}
