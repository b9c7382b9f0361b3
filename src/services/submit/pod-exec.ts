import { kubectl } from '../../kube/kubectl.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import type { Argv } from '../../ports/runner.js';

export interface PodLocation {
  readonly pod: string;
  readonly container: string;
}

/** `terminal` attaches the user's terminal, with its size and Ctrl-C. */
export type ExecInput = 'none' | 'stdin' | 'terminal';

/** Passes the words to a program in the pod without a shell. */
export function execArgv(
  cluster: PreparedCluster,
  { pod, container }: PodLocation,
  input: ExecInput,
  words: readonly string[],
): Argv {
  const streams = { none: [], stdin: ['--stdin'], terminal: ['--stdin', '--tty'] }[input];
  // hides kubectl's note about the chosen container
  const where = [pod, `--container=${container}`, '--quiet', '--'];
  return kubectl(cluster, cluster.namespace).argv('exec', ...streams, ...where, ...words);
}

/** Values are positional parameters, never part of the script. */
export function scriptWords(script: string, ...values: readonly string[]): readonly string[] {
  return ['bash', '-c', script.trim(), 'spark-dev', ...values];
}
