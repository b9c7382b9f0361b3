import { findImageSet, requireClusterDaemon, requireHostDaemon } from '../../images/sets/image-set.js';
import { loadSettings } from '../../config/load-settings.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { load, loadCommands, planLoadOf } from '../../images/load.js';
import { inStep } from '../../steps/apply.js';
import { command } from '../../command.js';
import type { Argv } from '../../ports/runner.js';
import { imagesLog } from '../../images/image-store.js';

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
    const commands = loadCommands(request);
    const images = request.names.map(({ id, reference, as, isThere }) => ({
      id,
      asked: reference,
      reference: as,
      wasThere: isThere,
    }));
    if (global.dryRun) return { data: { images, commands }, text: showDryRun(commands) };
    await inStep(host, `Load ${args[0] ?? ''} into the cluster`, async () => {
      await load(host, request, daemons.cluster, { logFile: imagesLog(host, 'load'), signal });
    });
    return {
      data: { images, commands },
      text: images.map(({ reference, wasThere }) => `${reference} is ${wasThere ? 'already ' : ''}in the cluster`),
    };
  },
});

function showDryRun(commands: readonly Argv[]): readonly string[] {
  if (commands.length === 0) return ['Nothing to do: the cluster has this image'];
  return commands.map((argv) =>
    argv[1] === 'save' ? quoteArgv(argv) : `${quoteArgv(argv)}   # in the cluster's Docker (minikube docker-env)`,
  );
}
