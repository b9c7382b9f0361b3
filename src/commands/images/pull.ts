import { useClusterDocker } from '../../images/sets/use-cluster-docker.js';
import { findImageSet } from '../../images/sets/image-set.js';
import { loadIntoCluster, loadable, listWhole, makeImages, planMaking } from '../../images/sets/make-images.js';
import { planPreparation } from '../../clusters/prepare/prepare.js';
import { requireAbility } from '../../clusters/provider.js';
import { pullImages } from '../../images/sets/pull-images.js';
import { requireHostDaemon } from '../../images/sets/require-daemons.js';
import { showSteps } from '../../steps/show.js';
import { loadSettings } from '../../config/load-settings.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { imagesLog } from '../../images/images-log.js';
import { planPull, pullCommands } from '../../images/plan-pull.js';
import type { Pulled, PullPlan } from '../../images/pull.js';
import { localName } from '../../images/reference.js';
import { showBytes } from '../../images/show-bytes.js';
import { withLock } from '../../journal/lock.js';
import type { CommandInput, CommandResult, CommandSpec } from '../../command.js';
import type { Host } from '../../ports/host.js';

export const imagesPull: CommandSpec = {
  name: 'images pull',
  arguments: [{ name: '[images...]', description: 'by name or digest; all that spark-dev needs when absent' }],
  options: [{ flags: '--host-only', description: "only into this machine's Docker, not into the cluster" }],
  examples: [
    'spark-dev images pull',
    'spark-dev images pull quay.io/minio/minio:latest',
    'spark-dev images pull busybox:1.36 --host-only --dry-run',
  ],
  async run(world, input) {
    const { host, provider } = await useClusterDocker(world, input.signal);
    if (input.args.length === 0) requireAbility(provider, 'pull');
    if (input.args.length > 0) return pullNamed(host, input);
    if (input.global.dryRun) return makeMissing(host, input);
    return withLock(host, { command: 'spark-dev images pull', timeoutMs: 1_800_000, signal: input.signal }, () =>
      makeMissing(host, input),
    );
  },
};

async function pullNamed(host: Host, input: CommandInput): Promise<CommandResult> {
  const { args, global, signal } = input;
  const settings = (await loadSettings(host)).images ?? { mirrors: {}, fallbacks: {} };
  const plans = await planPull(host, args, settings, signal);
  if (global.dryRun) return showDryRun(plans);
  const unsaid = plans.filter(({ layerBytes }) => layerBytes === undefined).map(({ wanted }) => localName(wanted));
  const done = await pullImages(host, plans, { hostOnly: input.options['hostOnly'] === true, signal });
  return {
    data: done,
    text: done.images.map((image) => showPulled(image, done.inCluster)),
    warnings: unsaid.map((name) => `No registry told the size of ${name}, so the disk was not checked for it`),
  };
}

function showPulled({ reference, bytes, origin, from }: Pulled, inCluster: readonly string[]): string {
  const source = origin === 'itself' ? '' : ` from ${from}`;
  const place = inCluster.includes(reference) ? 'in the cluster' : "in this machine's Docker";
  return `${reference} is ${place} (${showBytes(bytes)}${source})`;
}

function showDryRun(plans: readonly PullPlan[]): CommandResult {
  return {
    data: { images: plans, commands: plans.flatMap(pullCommands) },
    text: plans.flatMap((plan) => {
      const size = plan.layerBytes === undefined ? 'of a size that no registry tells' : showBytes(plan.layerBytes);
      return [`# ${localName(plan.wanted)} (${size}), until one is to be had:`, ...pullCommands(plan).map(quoteArgv)];
    }),
  };
}

/** From package registries there is nothing to pull: images are built here. */
async function makeMissing(host: Host, input: CommandInput): Promise<CommandResult> {
  const { global, signal } = input;
  const preparation = await planPreparation(host, { size: {}, signal });
  const { source, parts } = preparation;
  if (source === 'upstream') {
    const args = [parts.node.reference, parts.root.reference];
    return pullNamed(host, { ...input, args, options: { ...input.options, hostOnly: true } });
  }
  const steps = planMaking(preparation, listWhole(preparation));
  const note = 'From package registries there is nothing to pull: images are built on this machine';
  if (global.dryRun)
    return {
      data: { steps },
      text: [`# ${note}`, ...(steps.length === 0 ? ['# All are there'] : showSteps(steps))],
    };
  const set = await findImageSet(host, signal);
  const request = { logFile: imagesLog(host, 'pull'), signal };
  host.ui.say(note);
  if (steps.length > 0) requireHostDaemon(set);
  await makeImages(host, preparation, steps, request);
  const { cluster } = set;
  const inCluster = cluster === undefined ? [] : loadable(set, ['spark']);
  for (const image of inCluster) if (cluster !== undefined) await loadIntoCluster(host, image, cluster, request);
  return {
    data: { made: steps.map(({ id }) => id), inCluster: inCluster.map(({ reference }) => reference) },
    text: [
      steps.length === 0
        ? 'Nothing to pull and nothing to build: all images are there'
        : `Built what was missing: ${steps.map(({ title }) => title).join(', ')}`,
    ],
  };
}
