import { command } from '../command.js';
import { appOptions } from '../config/app-flags.js';
import { jobSizeOptions } from '../config/job-size.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { languages } from '../job/application.js';
import { jobNamespace } from '../kube/names.js';

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
    const { prepareObjects, startRun } = await import('../run/start.js');
    const wanted = { image: requireImage(input.options), withRights: input.options.withRights === true };
    return startRun(await prepareObjects(host, { command: 'spark-dev render', input }, wanted), input);
  },
});

interface ObjectOptions {
  readonly contextFree?: boolean | undefined;
  readonly image?: string | undefined;
}

function requireImage({ contextFree, image }: ObjectOptions): string {
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
