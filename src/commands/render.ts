import { randomBytes } from 'node:crypto';
import { jobNamespace, jobServiceAccount } from '../kube/names.js';
import { appOptions } from '../config/app-flags.js';
import { jobSizeOptions } from '../config/job-size.js';
import { loadSettingsFor } from '../config/load-settings.js';
import { requestModestly } from '../run/default-requests.js';
import { planOverlay } from '../run/run-folder.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { describeRightsFolder } from '../namespaces/plan-rights.js';
import { requireAppOverlay } from '../overlay/check-overlay.js';
import { renderOverlay } from '../overlay/kubectl-kustomize.js';
import { command } from '../command.js';
import { createRunId } from '../runs/run-id.js';
import { driverFileArguments } from '../spark/image-layer.js';
import { findApplication, languages } from '../job/application.js';
import { planBuild } from '../job/build-plan.js';
import type { BuiltMain, SparkJob } from '../job/job.js';
import { nameInImage } from '../job/job-properties.js';
import { shapeOf } from '../job/job-shape.js';
import { requestFor } from '../job/run-overrides.js';
import { readJob } from '../job/read-job.js';

export const render = command({
  name: 'render',
  arguments: [{ name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' }],
  options: [
    { flags: '--context-free', description: 'plain objects for kubectl apply on any cluster, by anyone' },
    { flags: '--image <reference>', description: "the application's image, as the nodes pull it" },
    { flags: '--namespace <name>', description: `where; ${jobNamespace} when absent` },
    { flags: '--with-rights', description: 'the account, its role and the claim too; takes the role admin to apply' },
    { flags: '--lang <language>', description: 'which form of the application', choices: languages },
    ...jobSizeOptions,
    ...appOptions,
  ],
  examples: [
    'spark-dev render sparkpi --context-free --image registry.example/team/pi:1 --namespace team-a > pi.yaml',
    'spark-dev render sparkpi --context-free --image registry.example/team/pi:1 -- 100',
  ],
  async run(host, input) {
    const { options, signal } = input;
    const settings = await loadSettingsFor(host, input, input.args[0]);
    const image = requireImage(options);
    const found = await findApplication(host.directories, input.args[0] ?? '', options.lang, settings);
    const { app, job } = await readJob(host, input, settings, found);
    refuseFiles(job);
    if (job.deployMode === 'client')
      host.ui.say('deployMode: client is for spark-dev run; what is rendered gives the driver a pod of its own');
    const { namespace = jobNamespace, spark } = requestFor(job, options, settings);
    const overlay = await requireAppOverlay(host, app.name, signal);
    const built = await planBuild(host, app, signal, spark);
    const runId = createRunId(app.name, new Date(host.clock.now()), randomBytes(2).toString('hex'));
    const { main } = built;
    const submission = {
      runId,
      namespace,
      serviceAccount: job.serviceAccount ?? jobServiceAccount,
      job,
      main,
      shape: requestModestly(shapeOf(job)),
    };
    const files = planOverlay({ overlay: overlay.files, pulls: true, image, submission });
    const run = await renderOverlay(host, files, signal);
    const withRights = options.withRights === true;
    const rights = withRights ? await describeRightsFolder(host.directories, namespace) : undefined;
    const yaml = rights === undefined ? run : `${await renderOverlay(host, rights.files, signal)}---\n${run}`;
    const inside = [
      fileOf(main),
      ...job.jars.flatMap(({ at }) => (at.where === 'here' ? [`${at.path} (in jars/)`] : [])),
    ];
    host.ui.say(
      `${image} must hold ${inside.join(', ')} below /opt/spark/app, on top of a Spark image that spark-dev built`,
    );
    host.ui.say(`One file is one run: a second one takes another \`spark-dev render\``);
    return { data: { app: app.name, runId, namespace, image, yaml }, text: [yaml.trimEnd()], exact: true };
  },
});

function fileOf(main: BuiltMain): string {
  if (!('at' in main) || main.at.where !== 'here') return 'the application';
  const { path } = main.at;
  return path.endsWith(`/${nameInImage(path)}`) ? path : `${path} (called ${nameInImage(path)})`;
}

/** A run builds an entry point into its image that hands them over; the image here is somebody else's. */
function refuseFiles(job: SparkJob): void {
  const flags = driverFileArguments(job).filter((word) => word.startsWith('--'));
  if (flags.length === 0) return;
  throw new SparkDevError('USAGE', `Objects alone cannot hand over what ${flags.join(', ')} names`, {
    why: 'The driver is told of such files by the image that spark-dev run builds, and this image is yours.',
    fix: ['Lay them into the image, and read them there', 'spark-dev run NAME --context CONTEXT'],
  });
}

function requireImage({
  contextFree,
  image,
}: {
  readonly contextFree?: boolean | undefined;
  readonly image?: string | undefined;
}): string {
  if (contextFree !== true) {
    throw new SparkDevError('USAGE', 'render writes what anybody can apply anywhere: say --context-free', {
      why: 'What a run on the own cluster deploys depends on that run.',
      fix: ['spark-dev run NAME --dry-run', 'spark-dev overlay render NAME', 'spark-dev overlay eject NAME'],
    });
  }
  if (image !== undefined && /^[a-z0-9][\w./:@-]*$/.test(image)) return image;
  throw new SparkDevError(
    'USAGE',
    image === undefined ? 'No image is named' : `${JSON.stringify(image.slice(0, 200))} is not the name of an image`,
    {
      why: 'The nodes of the cluster pull it from a registry.',
      fix: ['--image registry.example/team/pi:1'],
    },
  );
}
