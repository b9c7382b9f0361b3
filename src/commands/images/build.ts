import {
  findImageSet,
  requireClusterDaemon,
  requireHostDaemon,
  useClusterDocker,
} from '../../images/sets/image-set.js';
import { loadIntoCluster, loadable, planMaking } from '../../images/sets/make-images.js';
import { applyPreparation } from '../../clusters/prepare/apply.js';
import type { Provider } from '../../clusters/provider.js';
import { showSteps } from '../../steps/show.js';
import {
  buildOverBase,
  overBaseCommands,
  planCustomBaseBuild,
  type OverBasePlan,
  type CustomBaseRequest,
} from '../../images/sets/custom-base.js';
import { loadSettings } from '../../config/load-settings.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { loadArgv } from '../../images/docker-argv.js';
import { readBase } from '../../images/custom-base.js';
import { lockFor, withLock } from '../../journal/lock.js';
import { command, type CommandInput, type CommandResult, type OptionSpec } from '../../command.js';
import type { Host } from '../../ports/host.js';
import type { Argv } from '../../ports/runner.js';
import { sparkVersion, sparkVersions } from '../../toolchain/spark/versions.js';
import { showBytes } from '../../text/sizes.js';
import type { Preparation } from '../../clusters/prepare/plan.js';
import { noteSparkArgv } from '../../clusters/prepared.js';
import { readArchiveBytes } from '../../images/observed-image.js';
import { imagesLog } from '../../images/image-store.js';

const options = [
  { flags: '--base <image>', description: 'base image with Spark, by digest' },
] as const satisfies readonly OptionSpec[];

type Input = CommandInput<typeof options>;

export const imagesBuild = command({
  name: 'images build',
  arguments: [{ name: '[names...]', description: 'image names from images list (default: the Spark image)' }],
  options,
  examples: [
    'spark-dev images build',
    'spark-dev images build spark-3.5.9',
    'spark-dev images build spark --base apache/spark@sha256:…',
    'spark-dev images build node --dry-run',
  ],
  async run(world, input) {
    const spark = readOverBase(input);
    const settings = await loadSettings(world, input.global);
    const { host, provider } = await useClusterDocker(world, settings.provider, input.signal);
    const request = spark === undefined ? undefined : { ...spark, provider: provider.name, images: settings.images };
    if (input.global.dryRun)
      return request === undefined
        ? showDryRun(host, input, provider)
        : showOverBase(await planCustomBaseBuild(host, request));
    return withLock(host, lockFor('spark-dev images build', { signal: input.signal }), () =>
      request === undefined ? build(host, input, provider) : buildOver(host, request),
    );
  },
});

type OverBase = Pick<CustomBaseRequest, 'spark' | 'base' | 'signal'>;

function readOverBase({ args, options: { base }, signal }: Input): OverBase | undefined {
  if (typeof base !== 'string') return undefined;
  const names = namesOf(args);
  const named = sparkVersions.map((one) => ({ name: one === sparkVersion ? 'spark' : `spark-${one.version}`, one }));
  const spark = names.length > 1 ? undefined : named.find(({ name }) => names.includes(name))?.one;
  if (spark !== undefined) return { spark, base: readBase(base), signal };
  const known = named.map(({ name }) => name);
  throw new SparkDevError('USAGE', `--base works with one Spark image, not with ${names.join(' and ')}`, {
    why: `The Spark images are ${known.join(' and ')}.`,
    fix: known.map((name) => `spark-dev images build ${name} --base ${base}`),
  });
}

function showOverBase(plan: OverBasePlan): CommandResult {
  const commands = overBaseCommands(plan);
  const brought = loadArgv(plan.image.tar);
  return {
    data: { image: plan.image.reference, commands, deliver: [brought] },
    text: [...commands.map(quoteArgv), showLoad(brought)],
  };
}

async function buildOver(host: Host, request: CustomBaseRequest): Promise<CommandResult> {
  const plan = await planCustomBaseBuild(host, request);
  const { image, inCluster, cluster } = await buildOverBase(host, plan, request);
  const { name, reference, tar } = image;
  const archiveBytes = (await readArchiveBytes(host, cluster, reference, request.signal)) ?? null;
  const { version } = request.spark;
  const entry = { image: reference, ...(request.spark === sparkVersion ? {} : { spark: version }) };
  const lines = Object.entries(entry).map(([key, value]) => `${key}: ${value}`);
  const answer = { name, reference, tar, built: !plan.isBuilt, inCluster, archiveBytes };
  return {
    data: { images: [{ ...answer, base: request.base, entry }] },
    text: [showAnswer(answer), `To run an application on it, add to its entry in spark-dev.yaml: ${lines.join(', ')}`],
  };
}

async function showDryRun(host: Host, { args, signal }: Input, provider: Provider): Promise<CommandResult> {
  const names = namesOf(args);
  const preparation = await provider.plan(host, { size: {}, signal });
  const steps = planMaking(preparation, names);
  const brought = loadable(await findImageSet(host, provider.name, signal), names).map(({ tar }) => loadArgv(tar));
  const notes = noteArgvs(preparation, names);
  return {
    data: { steps, deliver: brought, note: notes },
    text: [...showSteps(steps), ...brought.map(showLoad), ...notes.map(quoteArgv)],
  };
}

function showLoad(argv: Argv): string {
  return `${quoteArgv(argv)}   # in the cluster's Docker, if the image is missing there`;
}

async function build(host: Host, { args, signal }: Input, provider: Provider): Promise<CommandResult> {
  const names = namesOf(args);
  const set = await findImageSet(host, provider.name, signal);
  const brought = loadable(set, names);
  // before a long build: pods can only use the image if the cluster has it
  const cluster = brought.length === 0 ? undefined : requireClusterDaemon(set);
  const preparation = await provider.plan(host, { size: {}, signal });
  const steps = planMaking(preparation, names);
  if (steps.length > 0) requireHostDaemon(set);
  const request = { logFile: imagesLog(host, 'build'), signal };
  await applyPreparation(host, { ...preparation, steps }, { ...request, preparer: provider, size: {} });
  const built = new Set(steps.flatMap(({ work }) => (work.kind === 'image' ? [work.image] : [])));
  const answers: Answer[] = [];
  for (const image of set.needed.filter(({ name }) => names.includes(name))) {
    const { name, reference, tar } = image;
    const at = brought.includes(image) ? cluster : undefined;
    const inCluster = at === undefined ? null : await loadIntoCluster(host, image, at, request);
    const archiveBytes = at === undefined ? null : ((await readArchiveBytes(host, at, reference, signal)) ?? null);
    answers.push({ name, reference, tar, built: built.has(name), inCluster, archiveBytes });
  }
  for (const argv of noteArgvs(preparation, names))
    await host.runner.run(argv, { env: preparation.access.childEnv, ...request });
  return { data: { images: answers }, text: answers.map(showAnswer) };
}

/** Runs find the image of another Spark version through this note. */
function noteArgvs({ parts, access }: Preparation, names: readonly string[]): readonly Argv[] {
  const asked = parts.otherSparks.filter(({ recipe }) => names.includes(recipe.name));
  return asked.map(({ recipe, reference }) => noteSparkArgv(access, recipe.version, reference));
}

interface Answer {
  readonly name: string;
  readonly reference: string;
  readonly tar: string;
  readonly built: boolean;
  readonly inCluster: string | null;
  readonly archiveBytes: number | null;
}

function showAnswer({ reference, tar, built, inCluster, archiveBytes }: Answer): string {
  const made = built ? 'was built' : 'already existed';
  const place = inCluster === null ? `it is in ${tar}` : 'the cluster has it';
  const size = archiveBytes === null ? '' : `; ${showBytes(archiveBytes)} of it is the class archive`;
  return `${reference} ${made}; ${place}${size}`;
}

function namesOf(args: readonly string[]): readonly string[] {
  return args.length === 0 ? ['spark'] : args;
}
