import type { Host } from '../../ports/host.js';
import type { LogRecord } from '../../spark/log-patterns.js';
import { trackTasks } from './live-tasks.js';
import { showProgram, type ProgramSink } from './program-streams.js';
import { showLog } from './show-log.js';

/** Shows what a program and its Spark write, and for the live line what Spark is doing. */
export function openScreen(
  { host, signal }: { readonly host: Host; readonly signal: AbortSignal },
  onTasks: (note: string) => void,
  onRecord: (record: LogRecord) => void = () => undefined,
) {
  const tasks = trackTasks(host, onTasks);
  const log = showLog(host.ui, (record) => {
    tasks.see(record);
    onRecord(record);
  });
  // a program that is stopped ends in stack traces, which tell nothing
  const isStopped = (): boolean => signal.aborted && !host.ui.showsLog;
  let inTraceback = false;
  const { output, error } = showProgram(host.ui, log.line);
  const sink: ProgramSink = {
    output,
    error(line) {
      inTraceback ||= isStopped() && /^(Traceback \(most recent|ERROR:root:.* while sending command)/.test(line);
      if (!inTraceback) error(line);
    },
    log(line) {
      if (!isStopped()) log.line(line);
    },
  };
  return { sink, ask: tasks.ask, end: log.end };
}
