import type { CommandResult } from '../../../command.js';
import { sparkPods } from '../../../fit/spark-pods.js';
import { applyInputArgv } from '../../../kube/kubectl.js';
import { readPodProgram } from '../../../kube/pod-program.js';
import type { Host } from '../../../ports/host.js';
import type { Argv } from '../../../ports/runner.js';
import { newRun } from '../../../runs/run-folder.js';
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
import { showSteps } from '../../../steps/show.js';
import { removeRunArgv } from '../../clean-up.js';
import type { BareRun } from '../launcher.js';
import { lifelineScript, replArgv, type ReplName } from './repl.js';
import { shellContainer, shellJobObject } from './shell-job.js';

export interface ShellAsk {
  readonly repl: ReplName;
  readonly arguments: readonly string[];
  readonly onTerminal: boolean;
}

/** The time limit, if nothing else ends it. */
const deadlineS = 12 * 3600;

/** For --dry-run. */
export async function planShell(host: Host, run: BareRun<ShellAsk>): Promise<CommandResult> {
  const plan = await describeShell(host, run);
  const commands = [plan.make, plan.lifeline('POD'), plan.attach('POD'), plan.remove];
  const step = { title: 'Start a pod, run the shell in it, then remove the pod', why: 'as requested', commands };
  return { data: { action: 'would open', ...plan, commands }, text: showSteps([step]) };
}

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
  const { namespace, serviceAccount, home, sparkImage: image } = cluster;
  const { runId } = newRun(host, `shell-${repl}`);
  const { 'executor-template.yaml': executorTemplate } = await readPodTemplates(host);
  const script = await readPodProgram(host.directories, 'shell.sh');
  const run = { runId, namespace, home, shape, templates: '/tmp' };
  const progress = { 'spark.ui.showConsoleProgress': onTerminal ? 'true' : 'false' };
  const place = (pod: string) => ({ pod, container: shellContainer });
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
  return {
    runId,
    object: shellJobObject({
      ...{ runId, namespace, serviceAccount, home, image, executorTemplate, deadlineS },
      resources: sparkPods(shape).driver,
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
