import { existsSync } from 'node:fs';
import { clusterPaths, jobNamespace, profileName } from '../kube/names.js';
import { quoteArgv } from '../errors/quote-argv.js';
import type { SparkDevError } from '../errors/spark-dev-error.js';
import type { Directories } from '../ports/host.js';
import { runLabel } from '../kube/labels.js';

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type SignalName = keyof typeof codes;

/** The same signal again so soon is not a person: GNU timeout sends its signal to us and to our process group. */
const echoMs = 500;

export interface Signals {
  readonly signal: AbortSignal;
  /** The exit code that a received signal asks for. */
  readonly exitCode: () => number | undefined;
  /** After SIGHUP nobody reads what a terminal is told, and writing to it fails. */
  readonly isTerminalGone: () => boolean;
  /** Where a cluster would be, so that somebody who leaves at once learns how to clean up. */
  tellPlaces(directories: Directories): void;
  /** Asks everybody to clean up as SIGTERM does; the reason becomes the error of the command. */
  stop(reason: SparkDevError): void;
  close(): void;
}

/** The first signal asks everybody to clean up; a second one stops waiting for them. */
export function listenForSignals(): Signals {
  const controller = new AbortController();
  let received: SignalName | undefined;
  let receivedAt = 0;
  let hungUp = false;
  let places: Directories | undefined;
  const onSignal = (name: SignalName): void => {
    hungUp ||= name === 'SIGHUP' && process.stderr.isTTY;
    if (received !== undefined) {
      // kernel and shell both tell of a closed terminal; that is not somebody who is in a hurry
      if (name === 'SIGHUP') return;
      if (name === received && performance.now() - receivedAt < echoMs) return;
      if (!hungUp) process.stderr.write(describeHaste(places));
      process.exit(codes[received]);
    }
    received = name;
    receivedAt = performance.now();
    if (!hungUp) process.stderr.write('Stopping … (once more to leave without cleaning up)\n');
    controller.abort();
  };
  const names = Object.keys(codes) as SignalName[];
  const listeners = names.map((name) => [name, onSignal.bind(undefined, name)] as const);
  for (const [name, listener] of listeners) process.on(name, listener);
  return {
    signal: controller.signal,
    exitCode: () => (received === undefined ? undefined : codes[received]),
    isTerminalGone: () => hungUp,
    tellPlaces(directories) {
      places = directories;
    },
    stop(reason) {
      controller.abort(reason);
    },
    close() {
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}

/** What a second signal leaves behind, and the command that removes it. */
export function describeHaste(places: Directories | undefined): string {
  const left = 'Left before the clean-up was done.';
  const kubeconfig = places === undefined ? undefined : clusterPaths(places).kubeconfig;
  if (kubeconfig === undefined || !existsSync(kubeconfig)) return `${left}\n`;
  const pinned = ['kubectl', '--kubeconfig', kubeconfig, '--context', profileName, '-n', jobNamespace];
  const remove = quoteArgv([...pinned, 'delete', 'job,pod,configmap', '-l', runLabel]);
  return `${left} If a run on the cluster was under way, this removes what is left of runs there:\n  ${remove}\n`;
}
