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

/** Prints objects to apply to any cluster; does not contact a cluster. */
export interface RenderRun extends JobRun {
  readonly overlay: OverlayFiles;
  readonly namespace: string | undefined;
  /** The name by which nodes pull it. */
  readonly image: string;
  readonly withRights: boolean;
}

/** A run builds an image with an entry point that passes files on; this image is the user's own. */
export function acceptForRendering(host: Host, job: SparkJob): SparkJob {
  const flags = driverFileArguments(job).filter((word) => word.startsWith('--'));
  if (flags.length > 0)
    throw new SparkDevError('USAGE', `Rendered objects cannot pass on the files of ${flags.join(', ')}`, {
      why: 'Only an image that spark-dev run builds passes such files to the driver, and this image is yours.',
      fix: ['Add them to the image, and read them there', 'spark-dev run NAME --context CONTEXT'],
    });
  if (job.deployMode === 'client')
    host.ui.say('deployMode: client only works with spark-dev run; the rendered driver gets its own pod');
  return { ...job, deployMode: 'cluster' };
}

/** It changes nothing, so a dry run is the same. */
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
    `${image} must contain ${inside.join(', ')} in /opt/spark/app, and be based on a Spark image that spark-dev built`,
  );
  host.ui.say(`One file is one run: call \`spark-dev render\` again for another one`);
  return { data: { app: app.name, runId, namespace, image, yaml }, text: [yaml.trimEnd()], exact: true };
}

function fileOf(main: BuiltMain): string {
  if (!('at' in main) || main.at.where !== 'here') return 'the application';
  const { path } = main.at;
  return path.endsWith(`/${nameInImage(path)}`) ? path : `${path} (called ${nameInImage(path)})`;
}
