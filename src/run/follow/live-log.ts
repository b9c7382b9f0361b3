import type { Kube, PodContainer } from '../../ports/kube.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { keepLog } from './keep-log.js';
import { readProgram, type ProgramSink } from './program-streams.js';

const lastLinesWithinMs = 3000;

/** Shows what a driver in a pod writes while it runs. */
export function followDriverLog(session: NamespaceSession, kube: Kube, container: PodContainer, sink: ProgramSink) {
  const { host } = session;
  const stop = new AbortController();
  const program = readProgram(sink);
  const followed = kube
    .streamLog(container, {
      follow: true,
      signal: AbortSignal.any([session.signal, stop.signal]),
      onLine: (line) => {
        if (!stop.signal.aborted) program.line(line);
      },
      drained: () => host.ui.drained(),
    })
    .catch(() => {
      host.ui.detail('The live log was cut off; the whole log is read at the end.');
    });
  return {
    /** After its end: keeps the whole log, and shows what was missed. */
    async keep(path: string) {
      // a broken stream is opened again; a normal one ends with the driver
      await Promise.race([followed, host.clock.sleep(lastLinesWithinMs)]);
      stop.abort();
      const rest = { sink, shown: program.counts() };
      return keepLog({ host, kube, signal: session.signal, rest }, container, path);
    },
    stop: (): void => {
      stop.abort();
    },
  };
}
