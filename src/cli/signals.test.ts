import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { clusterPaths } from '../kube/names.js';
import { describeHaste, listenForSignals, type Signals } from './signals.js';

let signals: Signals | undefined;
afterEach(() => signals?.close());

it('takes the second tidings of a closed terminal for no haste: the shell repeats what the kernel told', () => {
  signals = listenForSignals();
  process.emit('SIGHUP');
  process.emit('SIGHUP');
  expect(signals.signal.aborted).toBe(true);
  expect(signals.exitCode()).toBe(129);
});

it('names the command that removes what is left of runs, where there may be a cluster', () => {
  const { directories } = createFakeHost();
  const { kubeconfig } = clusterPaths(directories);
  expect(describeHaste(undefined)).toBe('Stopped before cleanup was complete.\n');
  expect(describeHaste(directories)).toBe('Stopped before cleanup was complete.\n');
  mkdirSync(dirname(kubeconfig), { recursive: true });
  writeFileSync(kubeconfig, '');
  expect(describeHaste(directories)).toContain(
    `\n  kubectl --kubeconfig ${kubeconfig} --context spark-dev -n spark delete job,pod,configmap -l spark-dev/run\n`,
  );
});
