import type { PreparedCluster } from '../../../clusters/prepared.js';
import { sparkPods, type PodResources } from '../../../fit/spark-pods.js';
import { applyInputArgv } from '../../../kube/kubectl.js';
import { roleLabel, runLabels } from '../../../kube/labels.js';
import { readPodProgram } from '../../../kube/pod-program.js';
import { escapeExpansion } from '../../../overlay/run-overlay.js';
import type { Host } from '../../../ports/host.js';
import type { Argv } from '../../../ports/runner.js';
import { newRun } from '../../../runs/run-folder.js';
import { driverPodSpec } from '../../../services/submit/driver-pod.js';
import { execArgv, scriptWords } from '../../../services/submit/pod-exec.js';
import {
  clusterMaster,
  clusterPreferences,
  confWords,
  driverProcessConf,
  portsOf,
  runConf,
} from '../../../spark/conf.js';
import { readPodTemplates } from '../../../spark/pod-template-files.js';
import { removeRunArgv } from '../../clean-up.js';
import type { BareRun } from '../launcher.js';
import { lifelineScript, replArgv, type ReplName } from './repl.js';

export interface ShellAsk {
  readonly repl: ReplName;
  readonly arguments: readonly string[];
  readonly onTerminal: boolean;
}

export const shellContainer = 'shell';

/** The time limit, if nothing else removes it. */
const deadlineS = 12 * 3600;

export interface ShellPlan {
  readonly runId: string;
  readonly object: object;
  readonly make: Argv;
  /** Needs the pod's name, which is known only when the pod exists. */
  attach(pod: string): Argv;
  lifeline(pod: string): Argv;
  readExitCode(pod: string): Argv;
  readonly remove: Argv;
}

/** The objects and commands of one shell. */
export async function describeShell(host: Host, { cluster, fit, ask }: BareRun<ShellAsk>): Promise<ShellPlan> {
  const { repl, onTerminal } = ask;
  const shape = fit.job;
  const { namespace, home } = cluster;
  const { runId } = newRun(host, `shell-${repl}`);
  const { 'executor-template.yaml': executorTemplate } = await readPodTemplates(host);
  const script = await readPodProgram(host.directories, 'shell.sh');
  const run = { runId, namespace, home, shape, templates: '/tmp' };
  const progress = { 'spark.ui.showConsoleProgress': onTerminal ? 'true' : 'false' };
  const replOf = (pod: string): Argv =>
    replArgv({
      name: repl,
      clientWords: [
        ...['--master', clusterMaster, '--deploy-mode', 'client'],
        ...confWords({ ...clusterPreferences, ...runConf(run), ...driverProcessConf(pod, portsOf(0)), ...progress }),
      ],
      arguments: ask.arguments,
      heapMb: shape.driver.heapMb,
      onTerminal,
    });
  const exec = (pod: string, input: 'none' | 'stdin' | 'terminal', words: readonly string[]): Argv =>
    execArgv(cluster, { pod, container: shellContainer }, input, words);
  return {
    runId,
    object: shellJobObject(cluster, { runId, executorTemplate, resources: sparkPods(shape).driver }),
    make: applyInputArgv(cluster),
    attach: (pod) => {
      const words = scriptWords(script, repl === 'pyspark' ? 'python' : 'jvm', ...replOf(pod));
      return exec(pod, onTerminal ? 'terminal' : 'stdin', words);
    },
    lifeline: (pod) => exec(pod, 'stdin', scriptWords(lifelineScript)),
    readExitCode: (pod) => exec(pod, 'none', ['cat', '/tmp/exit-code']),
    remove: removeRunArgv(cluster, runId),
  };
}

export interface ShellJob {
  readonly runId: string;
  readonly resources: PodResources;
  readonly executorTemplate: string;
}

/** A Job, because Kubernetes removes a finished one with its pod and the executors that the pod owns. */
export function shellJobObject(
  cluster: Pick<PreparedCluster, 'namespace' | 'serviceAccount' | 'home' | 'sparkImage'>,
  { runId, resources, executorTemplate }: ShellJob,
): object {
  const { namespace, serviceAccount, home, sparkImage: image } = cluster;
  const labels = { ...runLabels(runId, home), [roleLabel]: 'shell' };
  const env = { EXECUTOR_TEMPLATE: escapeExpansion(executorTemplate) };
  const pod = driverPodSpec({ container: shellContainer, image, serviceAccount, resources, env });
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: runId, namespace, labels },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: deadlineS,
      ttlSecondsAfterFinished: 60,
      template: { metadata: { labels }, spec: { restartPolicy: 'Never', ...pod } },
    },
  };
}
