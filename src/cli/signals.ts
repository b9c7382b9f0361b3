import { existsSync } from 'node:fs';
import { clusterPaths, jobNamespace, profileName } from '../kube/names.js';
import { quoteArgv } from '../errors/quote-argv.js';
import type { SparkDevError } from '../errors/spark-dev-error.js';
import type { Directories } from '../ports/host.js';
import { runLabel } from '../kube/labels.js';

const codes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
type SignalName = keyof typeof codes;

/** GNU timeout signals us and our process group: the same signal so soon again is not from a person. */
const echoMs = 500;

export interface Signals {
  readonly signal: AbortSignal;
  readonly exitCode: () => number | undefined;
  /** After SIGHUP nobody reads the terminal, and writing to it fails. */
  readonly isTerminalGone: () => boolean;
  /** Where the cluster would be, for the cleanup hint after a forced exit. */
  tellPlaces(directories: Directories): void;
  /** Starts cleanup as SIGTERM does; the reason becomes the command's error. */
  stop(reason: SparkDevError): void;
  close(): void;
}

/** The first signal starts cleanup; a second one stops waiting for it. */
export function listenForSignals(): Signals {
  const controller = new AbortController();
  let received: SignalName | undefined;
  let receivedAt = 0;
  let hungUp = false;
  let places: Directories | undefined;
  const onSignal = (name: SignalName): void => {
    hungUp ||= name === 'SIGHUP' && process.stderr.isTTY;
    if (received !== undefined) {
      // kernel and shell both signal a closed terminal; that is not a request for a forced exit
      if (name === 'SIGHUP') return;
      if (name === received && performance.now() - receivedAt < echoMs) return;
      if (!hungUp) process.stderr.write(describeHaste(places));
      process.exit(codes[received]);
    }
    received = name;
    receivedAt = performance.now();
    if (!hungUp) process.stderr.write('Stopping… press Ctrl-C again to skip cleanup\n');
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
  const left = 'Stopped before cleanup was complete.';
  const kubeconfig = places === undefined ? undefined : clusterPaths(places).kubeconfig;
  if (kubeconfig === undefined || !existsSync(kubeconfig)) return `${left}\n`;
  const pinned = ['kubectl', '--kubeconfig', kubeconfig, '--context', profileName, '-n', jobNamespace];
  const remove = quoteArgv([...pinned, 'delete', 'job,pod,configmap', '-l', runLabel]);
  return `${left} If a run on the cluster was active, this removes what is left of runs there:\n  ${remove}\n`;
}
