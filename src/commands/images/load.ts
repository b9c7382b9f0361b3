import { findImageSet } from '../../cluster/image-set.js';
import { requireClusterDaemon, requireHostDaemon } from '../../cluster/require-daemons.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { imagesLog } from '../../images/images-log.js';
import { load, loadCommands, planLoadOf, type LoadWish } from '../../images/load.js';
import type { CommandSpec } from '../../ports/command.js';

export const imagesLoad: CommandSpec = {
  name: 'images load',
  arguments: [{ name: '<image>', description: "an image of this machine's Docker, or a file of docker save" }],
  options: [
    { flags: '--content-tag', description: 'where the cluster has another image of that name: put the id behind it' },
  ],
  examples: ['spark-dev images load shop/orders:1.4', 'spark-dev images load ./orders.tar --dry-run'],
  async run(host, { args, options, global, signal }) {
    const set = await findImageSet(host, signal);
    const daemons = { host: requireHostDaemon(set), cluster: requireClusterDaemon(set) };
    const withContentTag = options['contentTag'] === true;
    const wish = await planLoadOf(host, args[0] ?? '', daemons, { withContentTag, signal });
    if (global.dryRun) return { data: describe(wish), text: showDryRun(wish) };
    const step = host.ui.step(`Load ${args[0] ?? ''} into the cluster`);
    try {
      await load(host, wish, daemons.cluster, { logFile: imagesLog(host, 'load'), signal });
      step.done();
    } catch (error) {
      step.fail();
      throw error;
    }
    return {
      data: describe(wish),
      text: wish.names.map(({ as, isThere }) =>
        isThere ? `${as} is in the cluster already` : `${as} is in the cluster`,
      ),
    };
  },
};

function describe(wish: LoadWish): unknown {
  return {
    images: wish.names.map(({ id, reference, as, isThere }) => ({
      id,
      asked: reference,
      reference: as,
      wasThere: isThere,
    })),
    commands: loadCommands(wish),
  };
}

function showDryRun(wish: LoadWish): readonly string[] {
  const commands = loadCommands(wish);
  if (commands.length === 0) return ['Nothing to do: the cluster has it'];
  return commands.map((argv) =>
    argv[1] === 'save' ? quoteArgv(argv) : `${quoteArgv(argv)}   # in the cluster's Docker (minikube docker-env)`,
  );
}
