import type { PreparedCluster } from '../../../clusters/prepared.js';
import { joinWords } from '../../../errors/quote-argv.js';
import { sparkPods, type PodResources } from '../../../fit/spark-pods.js';
import { applyInputArgv } from '../../../kube/kubectl.js';
import { escapeExpansion } from '../../../overlay/run-overlay.js';
import type { Argv } from '../../../ports/runner.js';
import { newRun } from '../../../runs/run-folder.js';
import { driverJobObject, driverPodSpec } from '../../../services/submit/driver-pod.js';
import {
  clusterMaster,
  clusterPreferences,
  confWords,
  driverProcessConf,
  portsOf,
  runConf,
} from '../../../spark/conf.js';
import { removeRunArgv } from '../../clean-up.js';
import type { BareRun } from '../launcher.js';
import type { ReplName } from './repl.js';
import { execArgv, scriptWords } from '../../../services/submit/pod-process.js';
import { readPodTemplates } from '../../../spark/pod-templates.js';
import { readPodProgram } from '../../../kube/pods.js';

export interface ShellAsk {
  readonly repl: ReplName;
  readonly arguments: readonly string[];
  readonly onTerminal: boolean;
}

export const shellContainer = 'shell';

/** The time limit, if nothing else removes it. */
const deadlineS = 12 * 3600;

export type ShellPlan = Awaited<ReturnType<typeof describeShell>>;

/** The objects and commands of one shell. */
export async function describeShell({ host, cluster, fit, ask }: BareRun<ShellAsk>) {
  const { repl, onTerminal } = ask;
  const shape = fit.job;
  const { namespace, home } = cluster;
  const { runId } = newRun(host, `shell-${repl}`);
  const { 'executor-template.yaml': executorTemplate } = await readPodTemplates(host);
  const [script, lifeline, fromPipe] = await Promise.all([
    readPodProgram(host.directories, 'shell.sh'),
    readPodProgram(host.directories, 'lifeline.sh'),
    readPodProgram(host.directories, 'pyspark_pipe.py'),
  ]);
  const run = { runId, namespace, home, shape, templates: '/tmp' };
  const progress = { 'spark.ui.showConsoleProgress': onTerminal ? 'true' : 'false' };
  const exec = (pod: string, input: 'none' | 'stdin' | 'terminal', words: readonly string[]): Argv =>
    execArgv(cluster, { pod, container: shellContainer }, input, words);
  return {
    runId,
    object: shellJobObject(cluster, { runId, executorTemplate, resources: sparkPods(shape).driver }),
    make: applyInputArgv(cluster),
    // needs the pod's name, which is known only when the pod exists
    attach: (pod: string) => {
      const conf = { ...clusterPreferences, ...runConf(run), ...driverProcessConf(pod, portsOf(0)), ...progress };
      const words = ['--master', clusterMaster, '--deploy-mode', 'client', ...confWords(conf)];
      const argv = replArgv(ask, words, shape.driver.heapMb, fromPipe);
      const kind = repl === 'pyspark' ? 'python' : 'jvm';
      return exec(pod, onTerminal ? 'terminal' : 'stdin', scriptWords(script, kind, ...argv));
    },
    lifeline: (pod: string) => exec(pod, 'stdin', scriptWords(lifeline)),
    readExitCode: (pod: string) => exec(pod, 'none', ['cat', '/tmp/exit-code']),
    remove: removeRunArgv(cluster, runId),
  };
}

/** The command in the pod, modelled on bin/spark-shell, bin/pyspark and bin/spark-sql, which the image does not have. */
function replArgv(
  { repl, arguments: words, onTerminal }: ShellAsk,
  /** Master, deploy mode and properties, as spark-submit takes them. */
  clientWords: Argv,
  heapMb: number,
  fromPipe: string,
): Argv {
  const heap = `SPARK_SUBMIT_OPTS=-Xmx${String(heapMb)}m`;
  const submit = ['/opt/entrypoint.sh', 'submit', ...clientWords];
  switch (repl) {
    case 'spark':
      return [
        ...['env', `${heap} -Dscala.usejavacp=true`, ...submit],
        ...['--class', 'org.apache.spark.repl.Main', '--name', 'Spark shell', 'spark-shell'],
        // as kustomize/pods/shell.sh writes it
        ...(onTerminal ? ['-i', '/tmp/ctrl-c.scala'] : []),
        ...words,
      ];
    case 'sql':
      return [
        // no metastore: Derby's would take time to start, and no other program could use it
        ...['env', heap, ...submit, '--conf', 'spark.sql.catalogImplementation=in-memory'],
        ...['--class', 'org.apache.spark.sql.hive.thriftserver.SparkSQLCLIDriver', '--name', 'Spark SQL'],
        ...['spark-internal', ...words],
      ];
    case 'pyspark':
      return [
        ...['env', heap],
        `PYSPARK_SUBMIT_ARGS=${joinWords([...clientWords, '--name', 'PySpark shell', 'pyspark-shell'])}`,
        ...['PYTHONUNBUFFERED=1', 'PYTHONSTARTUP=/opt/spark/python/pyspark/shell.py', 'python3'],
        ...(onTerminal || words.length > 0 ? words : ['-c', fromPipe]),
      ];
  }
}

export interface ShellJob {
  readonly runId: string;
  readonly resources: PodResources;
  readonly executorTemplate: string;
}

export function shellJobObject(
  cluster: Pick<PreparedCluster, 'namespace' | 'serviceAccount' | 'home' | 'sparkImage'>,
  { runId, resources, executorTemplate }: ShellJob,
): object {
  const { serviceAccount, sparkImage: image } = cluster;
  const env = { EXECUTOR_TEMPLATE: escapeExpansion(executorTemplate) };
  const pod = driverPodSpec({ container: shellContainer, image, serviceAccount, resources, env });
  return driverJobObject(cluster, { runId, role: 'shell', keptForS: 60, deadlineS, pod });
}
