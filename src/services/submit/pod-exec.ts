import { kubectl } from '../../kube/kubectl.js';
import type { PreparedCluster } from '../../clusters/prepared.js';
import type { Argv } from '../../ports/runner.js';

export interface PodLocation {
  readonly pod: string;
  readonly container: string;
}

/** `none` for what reads nothing; `terminal` hands ours over, with its size and its Ctrl-C. */
export type ExecInput = 'none' | 'stdin' | 'terminal';

/** Words for a program in the pod; they pass through no shell. */
export function execArgv(
  cluster: PreparedCluster,
  { pod, container }: PodLocation,
  input: ExecInput,
  words: readonly string[],
): Argv {
  const streams = { none: [], stdin: ['--stdin'], terminal: ['--stdin', '--tty'] }[input];
  // no word on which container it is goes to the person
  const where = [pod, `--container=${container}`, '--quiet', '--'];
  return kubectl(cluster, cluster.namespace).argv('exec', ...streams, ...where, ...words);
}

/** A fixed script with its values as positional parameters, never inside it. */
export function scriptWords(script: string, ...values: readonly string[]): readonly string[] {
  return ['bash', '-c', script.trim(), 'spark-dev', ...values];
}
