import { randomBytes } from 'node:crypto';
import { sparkPods, type JobShape } from '../../../fit/spark-pods.js';
import { applyInputArgv } from '../../../kube/kubectl.js';
import { readPodProgram } from '../../../kube/pod-program.js';
import type { PreparedCluster } from '../../../clusters/prepared.js';
import type { Host } from '../../../ports/host.js';
import type { Argv } from '../../../ports/runner.js';
import { createRunId } from '../../../runs/run-id.js';
import { confWords, driverConf, executorConf, portsOf } from '../../../spark/client-conf.js';
import { readPodTemplates } from '../../../spark/pod-template-files.js';
import { execArgv, scriptWords } from '../../../services/submit/pod-exec.js';
import { removeRunArgv } from '../../remove-run.js';
import { lifelineScript, replArgv, type ReplName } from './repl.js';
import { shellContainer, shellJobObject } from './shell-job.js';

export interface ShellRequest {
  readonly repl: ReplName;
  readonly job: JobShape;
  readonly arguments: readonly string[];
  readonly onTerminal: boolean;
  readonly deadlineS: number;
}

export interface ShellPlan {
  readonly runId: string;
  readonly object: object;
  readonly make: Argv;
  /** With the pod's name, which is known when it is there. */
  attach(pod: string): Argv;
  lifeline(pod: string): Argv;
  readExitCode(pod: string): Argv;
  readonly remove: Argv;
}

/** What one shell would make, call and remove. */
export async function planShell(host: Host, cluster: PreparedCluster, request: ShellRequest): Promise<ShellPlan> {
  const { repl, job, onTerminal } = request;
  const { namespace, serviceAccount, home, sparkImage: image } = cluster;
  const runId = createRunId(`shell-${repl}`, new Date(host.clock.now()), randomBytes(2).toString('hex'));
  const { 'executor-template.yaml': executorTemplate } = await readPodTemplates(host);
  const script = await readPodProgram(host.directories, 'shell.sh');
  const executors = { runId, namespace, home, job, executorTemplate: '/tmp/executor-template.yaml' };
  const progress = { 'spark.ui.showConsoleProgress': onTerminal ? 'true' : 'false' };
  const place = (pod: string) => ({ pod, container: shellContainer });
  const replOf = (pod: string): Argv =>
    replArgv({
      name: repl,
      clientWords: [
        ...['--master', 'k8s://https://kubernetes.default.svc:443', '--deploy-mode', 'client'],
        ...confWords({ ...executorConf(executors), ...driverConf(pod, portsOf(0)), ...progress }),
      ],
      arguments: request.arguments,
      heapMb: job.driver.heapMb,
      onTerminal,
    });
  return {
    runId,
    object: shellJobObject({
      ...{ runId, namespace, serviceAccount, home, image, executorTemplate, deadlineS: request.deadlineS },
      resources: sparkPods(job).driver,
    }),
    make: applyInputArgv(cluster),
    attach: (pod) => {
      const words = scriptWords(script, repl === 'pyspark' ? 'python' : 'jvm', ...replOf(pod));
      return execArgv(cluster, place(pod), onTerminal ? 'terminal' : 'stdin', words);
    },
    lifeline: (pod) => execArgv(cluster, place(pod), 'stdin', scriptWords(lifelineScript)),
    readExitCode: (pod) => execArgv(cluster, place(pod), 'none', ['cat', '/tmp/exit-code']),
    remove: removeRunArgv(cluster, runId),
  };
}
