import type { CommandResult } from '../command.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { planBuild } from '../job/build.js';
import { nameInImage } from '../job/job-properties.js';
import { refuseOnCluster } from '../job/cluster-rules.js';
import { shapeOf } from '../job/job-shape.js';
import type { BuiltMain, SparkJob } from '../job/job.js';
import { jobNamespace, jobServiceAccount } from '../kube/names.js';
import { renderOverlay } from '../overlay/kubectl-kustomize.js';
import type { Host } from '../ports/host.js';
import { newRun } from '../runs/run-folder.js';
import { driverFileArguments } from '../spark/image-layer.js';
import { requestModestly } from './fit-run.js';
import { readOverlay, readRequest, type RunRequest } from './request.js';
import { planOverlay } from './run-files.js';
import { describeRightsFolder } from '../namespaces/plan-namespace.js';

export interface WantedObjects {
  /** The name by which nodes pull it. */
  readonly image: string;
  readonly withRights: boolean;
}

/** The objects of an application, to apply to any cluster; contacts none. */
export async function renderApplication(
  host: Host,
  request: RunRequest,
  { image, withRights }: WantedObjects,
): Promise<CommandResult> {
  const { app, spark, namespace = jobNamespace, ...read } = await readRequest(host, request);
  refuseOnCluster(read.job, read.place);
  const job = acceptForRendering(host, read.job);
  const overlay = await readOverlay(host, request, app.name);
  const { signal } = request.input;
  const { main } = await planBuild({ host, app, job, signal, spark });
  const { runId } = newRun(host, app.name);
  const serviceAccount = job.serviceAccount ?? jobServiceAccount;
  const shape = requestModestly(shapeOf(job));
  const files = planOverlay(overlay, { runId, namespace, serviceAccount, job, main, shape, pulls: true }, image);
  const objects = await renderOverlay(host, files, signal);
  const rights = withRights ? await describeRightsFolder(host.directories, namespace) : undefined;
  const yaml = rights === undefined ? objects : `${await renderOverlay(host, rights.files, signal)}---\n${objects}`;
  const inside = [
    fileOf(main),
    ...job.jars.flatMap(({ at }) => (at.where === 'here' ? [`${at.path} (in jars/)`] : [])),
  ];
  host.ui.say(
    `${image} must contain ${inside.join(', ')} in /opt/spark/app, and be based on a Spark image that spark-dev built`,
  );
  host.ui.say(`One file is one run: call \`spark-dev render\` again for another one`);
  return { data: { app: app.name, runId, namespace, image, yaml }, text: [yaml.trimEnd()], exact: true };
}

/** A run builds an image with an entry point that passes files on; this image is the user's own. */
function acceptForRendering(host: Host, job: SparkJob): SparkJob {
  const flags = driverFileArguments(job).filter((word) => word.startsWith('--'));
  if (job.data.length > 0 && !flags.includes('--files')) flags.push('data');
  if (flags.length > 0)
    throw new SparkDevError('USAGE', `Rendered objects cannot pass on the files of ${flags.join(', ')}`, {
      why: 'Only an image that spark-dev run builds passes such files to the driver, and this image is yours.',
      fix: ['Add them to the image, and read them there', 'spark-dev run NAME --context CONTEXT'],
    });
  if (job.deployMode === 'client')
    host.ui.say('deployMode: client only works with spark-dev run; the rendered driver gets its own pod');
  return { ...job, deployMode: 'cluster' };
}

function fileOf(main: BuiltMain): string {
  if (!('at' in main) || main.at.where !== 'here') return 'the application';
  const { path } = main.at;
  return path.endsWith(`/${nameInImage(path)}`) ? path : `${path} (called ${nameInImage(path)})`;
}
