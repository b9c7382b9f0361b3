import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import type { JobShape } from '../../cluster/fit/spark-pods.js';
import type { PreparedCluster } from '../../cluster/prepared.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { createRunId } from '../../runs/run-id.js';
import { clientWords, type DriverPorts } from '../client-conf.js';
import { planProcess, type PodProcess } from '../process/pod-process.js';
import { removeRunArgv } from '../remove-run.js';

export interface ClientRun {
  /** As the user calls it. */
  readonly app: string;
  /** The jar or Python file on this machine. */
  readonly appFile: string;
  readonly mainClass: string | undefined;
  readonly arguments: readonly string[];
  readonly uiPort: number | undefined;
  readonly job: JobShape;
  readonly signal: AbortSignal;
}

export interface ClientPlan {
  readonly runId: string;
  /** On this machine. */
  readonly folder: string;
  readonly process: PodProcess;
  drive(ports: DriverPorts): Argv;
  readonly remove: Argv;
}

export const templateName = 'executor-template.yaml';

/** What one driver in the service's pod would be given and called with. */
export function planClient(host: Host, cluster: PreparedCluster, run: ClientRun, pod: string): ClientPlan {
  const runId = createRunId(run.app, new Date(host.clock.now()), randomBytes(2).toString('hex'));
  const process = planProcess(cluster, pod, runId);
  const { namespace } = cluster;
  const { job, mainClass } = run;
  const executorTemplate = `${process.folder}/${templateName}`;
  return {
    runId,
    folder: join(host.directories.state, 'runs', runId),
    process,
    drive: (ports) =>
      process.start([
        ...['env', `SPARK_SUBMIT_OPTS=-Xmx${String(job.driver.heapMb)}m`, 'PYTHONUNBUFFERED=1'],
        ...['/opt/entrypoint.sh', 'submit'],
        ...clientWords({ runId, namespace, pod, job, ports, executorTemplate }),
        ...['--conf', 'spark.ui.showConsoleProgress=false', '--name', runId],
        ...(mainClass === undefined ? [] : ['--class', mainClass]),
        `${process.folder}/${basename(run.appFile)}`,
        ...run.arguments,
      ]),
    remove: removeRunArgv(cluster, runId),
  };
}
