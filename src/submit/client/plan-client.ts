import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import type { JobShape } from '../../cluster/fit/spark-pods.js';
import type { WantedPort } from '../../forward/local-port.js';
import type { BuiltMain, SparkJob } from '../../spark/job.js';
import { jobProperties } from '../../spark/job-properties.js';
import { resourceOf } from '../../spark/submit-arguments.js';
import type { PreparedCluster } from '../../cluster/prepared.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { createRunId } from '../../runs/run-id.js';
import { clientWords, type DriverPorts } from '../client-conf.js';
import { planProcess, type PodProcess } from '../process/pod-process.js';
import { removeRunArgv } from '../remove-run.js';

export interface ClientRun {
  readonly job: SparkJob;
  readonly main: BuiltMain;
  /** It fits, and every request is decided. */
  readonly shape: JobShape;
  readonly uiPort: WantedPort | undefined;
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
  const runId = createRunId(run.job.name.written, new Date(host.clock.now()), randomBytes(2).toString('hex'));
  const process = planProcess(cluster, pod, runId);
  const { namespace } = cluster;
  const { job, main, shape } = run;
  const mainClass = 'mainClass' in main ? main.mainClass : undefined;
  const conf = { ...jobProperties(job), ...job.conf };
  const executorTemplate = `${process.folder}/${templateName}`;
  return {
    runId,
    folder: join(host.directories.state, 'runs', runId),
    process,
    drive: (ports) =>
      process.start([
        ...['env', `SPARK_SUBMIT_OPTS=-Xmx${String(shape.driver.heapMb)}m`, 'PYTHONUNBUFFERED=1'],
        ...['/opt/entrypoint.sh', 'submit'],
        ...clientWords({ runId, namespace, pod, job: shape, conf, ports, executorTemplate }),
        ...['--conf', 'spark.ui.showConsoleProgress=false', '--name', runId],
        ...(mainClass === undefined ? [] : ['--class', mainClass]),
        resourceIn(process.folder, main),
        ...job.arguments,
      ]),
    remove: removeRunArgv(cluster, runId),
  };
}

/** A file of this machine's, for staging in the pod. */
export function stagedFile(main: BuiltMain): string | undefined {
  return 'at' in main && main.at.where === 'here' ? main.at.path : undefined;
}

function resourceIn(folder: string, main: BuiltMain): string {
  const file = stagedFile(main);
  return file === undefined ? resourceOf(main) : `${folder}/${basename(file)}`;
}
