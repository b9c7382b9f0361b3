import { findImageSet } from '../../images/sets/image-set.js';
import { requireClusterDaemon, requireHostDaemon } from '../../images/sets/require-daemons.js';
import { loadSettings } from '../../config/load-settings.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { imagesLog } from '../../images/images-log.js';
import { load, loadCommands, planLoadOf, type LoadRequest } from '../../images/load.js';
import { inStep } from '../../steps/apply.js';
import { command } from '../../command.js';

export const imagesLoad = command({
  name: 'images load',
  arguments: [{ name: '<image>', description: "an image of this machine's Docker, or a file of docker save" }],
  options: [{ flags: '--content-tag', description: 'append the image id if the name is taken' }],
  examples: ['spark-dev images load shop/orders:1.4', 'spark-dev images load ./orders.tar --dry-run'],
  async run(host, { args, options, global, signal }) {
    const { provider } = await loadSettings(host, global);
    const set = await findImageSet(host, provider, signal);
    const daemons = { host: requireHostDaemon(set), cluster: requireClusterDaemon(set) };
    const withContentTag = options.contentTag === true;
    const request = await planLoadOf(host, args[0] ?? '', daemons, { withContentTag, signal });
    if (global.dryRun) return { data: describe(request), text: showDryRun(request) };
    await inStep(host, `Load ${args[0] ?? ''} into the cluster`, async () => {
      await load(host, request, daemons.cluster, { logFile: imagesLog(host, 'load'), signal });
    });
    return {
      data: describe(request),
      text: request.names.map(({ as, isThere }) =>
        isThere ? `${as} is already in the cluster` : `${as} is in the cluster`,
      ),
    };
  },
});

function describe(request: LoadRequest): unknown {
  return {
    images: request.names.map(({ id, reference, as, isThere }) => ({
      id,
      asked: reference,
      reference: as,
      wasThere: isThere,
    })),
    commands: loadCommands(request),
  };
}

function showDryRun(request: LoadRequest): readonly string[] {
  const commands = loadCommands(request);
  if (commands.length === 0) return ['Nothing to do: the cluster has this image'];
  return commands.map((argv) =>
    argv[1] === 'save' ? quoteArgv(argv) : `${quoteArgv(argv)}   # in the cluster's Docker (minikube docker-env)`,
  );
}
