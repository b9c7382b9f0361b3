import type { CommandResult } from '../../../command.js';
import { SparkDevError } from '../../../errors/spark-dev-error.js';
import { planBuild } from '../../../job/build-plan.js';
import { nameInImage } from '../../../job/job-properties.js';
import { shapeOf } from '../../../job/job-shape.js';
import type { BuiltMain, SparkJob } from '../../../job/job.js';
import { jobNamespace, jobServiceAccount } from '../../../kube/names.js';
import { describeRightsFolder } from '../../../namespaces/plan-rights.js';
import { renderOverlay } from '../../../overlay/kubectl-kustomize.js';
import type { OverlayFiles } from '../../../overlay/kustomize/kustomization.js';
import type { Host } from '../../../ports/host.js';
import { newRun } from '../../../runs/run-folder.js';
import { driverFileArguments } from '../../../spark/image-layer.js';
import { requestModestly } from '../../fit-run.js';
import { planOverlay } from '../../run-files.js';
import type { JobRun } from '../launcher.js';

/** Objects for whoever applies them, on a cluster that is not looked at. */
export interface RenderRun extends JobRun {
  readonly overlay: OverlayFiles;
  readonly namespace: string | undefined;
  /** As the nodes pull it. */
  readonly image: string;
  readonly withRights: boolean;
}

/** A run builds an entry point into its image that hands files over; the image here is somebody else's. */
export function acceptForRendering(host: Host, job: SparkJob): SparkJob {
  const flags = driverFileArguments(job).filter((word) => word.startsWith('--'));
  if (flags.length > 0)
    throw new SparkDevError('USAGE', `Objects alone cannot hand over what ${flags.join(', ')} names`, {
      why: 'The driver is told of such files by the image that spark-dev run builds, and this image is yours.',
      fix: ['Lay them into the image, and read them there', 'spark-dev run NAME --context CONTEXT'],
    });
  if (job.deployMode === 'client')
    host.ui.say('deployMode: client is for spark-dev run; what is rendered gives the driver a pod of its own');
  return { ...job, deployMode: 'cluster' };
}

/** Nothing is changed by it, so a dry run is no other. */
export async function renderRun(host: Host, run: RenderRun): Promise<CommandResult> {
  const { app, job, overlay, image, spark, signal, namespace = jobNamespace } = run;
  const { main } = await planBuild(host, app, signal, spark);
  const { runId } = newRun(host, app.name);
  const serviceAccount = job.serviceAccount ?? jobServiceAccount;
  const shape = requestModestly(shapeOf(job));
  const submission = { runId, namespace, serviceAccount, job, main, shape, pulls: true };
  const files = planOverlay(overlay, submission, image);
  const objects = await renderOverlay(host, files, signal);
  const rights = run.withRights ? await describeRightsFolder(host.directories, namespace) : undefined;
  const yaml = rights === undefined ? objects : `${await renderOverlay(host, rights.files, signal)}---\n${objects}`;
  const inside = [
    fileOf(main),
    ...job.jars.flatMap(({ at }) => (at.where === 'here' ? [`${at.path} (in jars/)`] : [])),
  ];
  host.ui.say(
    `${image} must hold ${inside.join(', ')} below /opt/spark/app, on top of a Spark image that spark-dev built`,
  );
  host.ui.say(`One file is one run: a second one takes another \`spark-dev render\``);
  return { data: { app: app.name, runId, namespace, image, yaml }, text: [yaml.trimEnd()], exact: true };
}

function fileOf(main: BuiltMain): string {
  if (!('at' in main) || main.at.where !== 'here') return 'the application';
  const { path } = main.at;
  return path.endsWith(`/${nameInImage(path)}`) ? path : `${path} (called ${nameInImage(path)})`;
}
