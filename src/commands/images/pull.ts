import { findImageSet, requireHostDaemon, useClusterDocker } from '../../images/sets/image-set.js';
import { loadIntoCluster, loadable, planMaking } from '../../images/sets/make-images.js';
import { applyPreparation } from '../../clusters/prepare/apply.js';
import { requireAbility } from '../../clusters/capabilities.js';
import type { Provider } from '../../clusters/provider.js';
import { pullImages } from '../../images/sets/pull-images.js';
import { showSteps } from '../../steps/show.js';
import { loadSettings } from '../../config/load-settings.js';
import type { ImageSettings } from '../../config/settings.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { planPull, pullCommands, type PullPlan } from '../../images/plan-pull.js';
import type { Pulled } from '../../images/pull.js';
import { localName } from '../../images/reference.js';
import { lockFor, withLock } from '../../journal/lock.js';
import { command, type CommandInput, type CommandResult, type OptionSpec } from '../../command.js';
import type { Host } from '../../ports/host.js';
import { showBytes } from '../../text/sizes.js';
import { imagesLog } from '../../images/image-store.js';

const options = [
  { flags: '--host-only', description: "pull into this machine's Docker only, not into the cluster" },
] as const satisfies readonly OptionSpec[];

type Input = CommandInput<typeof options>;

export const imagesPull = command({
  name: 'images pull',
  arguments: [{ name: '[images...]', description: 'images by name or digest (default: all that spark-dev needs)' }],
  options,
  examples: [
    'spark-dev images pull',
    'spark-dev images pull quay.io/minio/minio:latest',
    'spark-dev images pull busybox:1.36 --host-only --dry-run',
  ],
  async run(world, input) {
    const { images, provider: requested } = await loadSettings(world, input.global);
    const { host, provider } = await useClusterDocker(world, requested, input.signal);
    const request = { provider, images };
    if (input.args.length === 0) requireAbility(provider, 'pull');
    if (input.args.length > 0) return pullNamed(host, input, request);
    if (input.global.dryRun) return makeMissing(host, input, request);
    return withLock(host, lockFor('spark-dev images pull', { signal: input.signal }), () =>
      makeMissing(host, input, request),
    );
  },
});

interface SetRequest {
  readonly provider: Provider;
  readonly images: ImageSettings | undefined;
}

async function pullNamed(host: Host, input: Input, { provider, images }: SetRequest): Promise<CommandResult> {
  const { args, global, signal } = input;
  const plans = await planPull(host, args, images, signal);
  if (global.dryRun) return showDryRun(plans);
  const unsaid = plans.filter(({ layerBytes }) => layerBytes === undefined).map(({ wanted }) => localName(wanted));
  const done = await pullImages(host, plans, {
    provider: provider.name,
    hostOnly: input.options.hostOnly === true,
    signal,
  });
  return {
    data: done,
    text: done.images.map((image) => showPulled(image, done.inCluster)),
    warnings: unsaid.map((name) => `The size of ${name} is unknown, so free disk space was not checked for it`),
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
      const size = plan.layerBytes === undefined ? 'unknown size' : showBytes(plan.layerBytes);
      return [
        `# ${localName(plan.wanted)} (${size}), from the first available source:`,
        ...pullCommands(plan).map(quoteArgv),
      ];
    }),
  };
}

/** Package registries have no images, so they are built here. */
async function makeMissing(host: Host, input: Input, asked: SetRequest): Promise<CommandResult> {
  const { global, signal } = input;
  const preparation = await asked.provider.plan(host, { size: {}, signal });
  const { parts } = preparation;
  if (parts.source === 'upstream') {
    const args = [parts.node.reference, parts.root.reference];
    return pullNamed(host, { ...input, args, options: { ...input.options, hostOnly: true } }, asked);
  }
  const whole = [parts.node, ...parts.controlPlane, parts.spark].map(({ recipe }) => recipe.name);
  const steps = planMaking(preparation, whole);
  const note = 'Nothing to pull from package registries: images are built on this machine';
  if (global.dryRun)
    return {
      data: { steps },
      text: [`# ${note}`, ...(steps.length === 0 ? ['# All images exist'] : showSteps(steps))],
    };
  const set = await findImageSet(host, asked.provider.name, signal);
  const request = { logFile: imagesLog(host, 'pull'), signal };
  host.ui.say(note);
  if (steps.length > 0) requireHostDaemon(set);
  await applyPreparation(host, { ...preparation, steps }, { ...request, preparer: asked.provider, size: {} });
  const { cluster } = set;
  const inCluster = cluster === undefined ? [] : loadable(set, ['spark']);
  for (const image of inCluster) if (cluster !== undefined) await loadIntoCluster(host, image, cluster, request);
  return {
    data: { made: steps.map(({ id }) => id), inCluster: inCluster.map(({ reference }) => reference) },
    text: [
      steps.length === 0
        ? 'Nothing to pull or build: all images exist'
        : `Built: ${steps.map(({ title }) => title).join(', ')}`,
    ],
  };
}
