import { command } from '../command.js';
import { appOptions } from '../config/app-flags.js';
import { jobSizeOptions } from '../config/job-size.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { jobNamespace } from '../kube/names.js';
import { programOptions } from '../run/run-options.js';

export const render = command({
  name: 'render',
  arguments: [{ name: '<app>', description: 'a folder of examples/, or a name from spark-dev.yaml' }],
  options: [
    { flags: '--context-free', description: 'self-contained manifests for kubectl apply on any cluster' },
    { flags: '--image <reference>', description: 'image of the application, as the nodes pull it' },
    { flags: '--namespace <name>', description: `namespace (default: ${jobNamespace})` },
    {
      flags: '--with-rights',
      description: 'also the service account, role and claim; to apply, you need the role admin',
    },
    ...programOptions,
    ...jobSizeOptions,
    ...appOptions,
  ],
  examples: [
    'spark-dev render sparkpi --context-free --image registry.example/team/pi:1 --namespace team-a > pi.yaml',
    'spark-dev render sparkpi --context-free --image registry.example/team/pi:1 -- 100',
  ],
  async run(host, input) {
    const { renderApplication } = await import('../run/render.js');
    const wanted = { image: requireImage(input.options), withRights: input.options.withRights === true };
    return renderApplication(host, { command: 'spark-dev render', input }, wanted);
  },
});

interface ObjectOptions {
  readonly contextFree?: boolean | undefined;
  readonly image?: string | undefined;
}

function requireImage({ contextFree, image }: ObjectOptions): string {
  if (contextFree !== true) {
    throw new SparkDevError('USAGE', 'render requires --context-free', {
      why: 'It writes manifests for any cluster. What a run deploys on the local cluster depends on that run.',
      fix: ['spark-dev run NAME --dry-run', 'spark-dev overlay render NAME', 'spark-dev overlay eject NAME'],
    });
  }
  if (image !== undefined && /^[a-z0-9][\w./:@-]*$/.test(image)) return image;
  throw new SparkDevError(
    'USAGE',
    image === undefined ? 'render requires --image' : `${JSON.stringify(image.slice(0, 200))} is not an image name`,
    {
      why: 'The nodes of the cluster pull the image from a registry.',
      fix: ['--image registry.example/team/pi:1'],
    },
  );
}
