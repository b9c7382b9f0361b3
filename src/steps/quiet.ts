import type { Host } from '../ports/host.js';
import type { RunningStep } from './apply.js';

const nothing = (): void => undefined;

/** The same host, which shows nothing: for work that nobody waits for. */
export function muted(host: Host): Host {
  const step = { progress: nothing, done: nothing, fail: nothing };
  const silent = { say: nothing, warn: nothing, detail: nothing, log: nothing, output: nothing, step: () => step };
  return { ...host, ui: { ...host.ui, ...silent } };
}

/** The same host, whose steps are the progress of one. */
export function withinStep(host: Host, { progress }: RunningStep): Host {
  return {
    ...host,
    ui: {
      ...host.ui,
      step(title) {
        progress(title);
        return {
          progress: (note, ...figures) => {
            progress(`${title} · ${note}`, ...figures);
          },
          done: nothing,
          fail: nothing,
        };
      },
    },
  };
}
