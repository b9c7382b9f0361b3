import { z } from 'zod';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { isOpen } from '../../journal/journal.js';
import type { Host } from '../../ports/host.js';
import { observeEngine, relaxedRuntime, type EngineObservation } from '../../toolchain/engine/observe.js';
import { sourceTools, type Source, type SourceRequest } from '../../toolchain/source-tools.js';
import { findBuiltTool } from '../../toolchain/tool-directory.js';
import { findRelease, releasePlatform } from '../../toolchain/upstream/install.js';
import { releases } from '../../toolchain/upstream/pins.js';
import { probeSource } from '../../toolchain/upstream/probe.js';
import { readJson } from '../../files/paths.js';
import { profileFile } from '../minikube/profile-config.js';

/** Official releases first: minutes instead of a quarter of an hour. */
const preference: readonly Source[] = ['upstream', 'registries'];

/** Chooses the source of the parts and prints it; an existing cluster keeps the source it was `made` from. */
export async function chooseSource(
  host: Host,
  request: SourceRequest,
  signal: AbortSignal,
  made: Source | undefined,
): Promise<Source> {
  if (made !== undefined) {
    if (request !== 'auto' && request !== made)
      host.ui.warn(
        `The cluster was made from ${made} and keeps that source. To use ${request}: spark-dev down --delete, then spark-dev init --source ${request}`,
      );
    return made;
  }
  if (request !== 'auto') return request;
  const { source, why } = (await findPresentSource(host)) ?? (await probeSources(host, signal));
  host.ui.say(`Source: ${source} (${why})`);
  return source;
}

/** Without network: the source of the cluster, else of the tools, else registries. */
export async function resolveSource(host: Host): Promise<Source> {
  return (await findMadeSource(host)) ?? (await findPresentSource(host))?.source ?? 'registries';
}

/** From the node's image in minikube's profile; undefined if there is no cluster. */
export async function findMadeSource(host: Pick<Host, 'directories'>): Promise<Source | undefined> {
  const read = z.object({ KicBaseImage: z.string().min(1) }).safeParse(await readJson(profileFile(host)));
  if (!read.success) return undefined;
  return read.data.KicBaseImage.startsWith('spark-dev/') ? 'registries' : 'upstream';
}

/** The source of a cluster that stays: init removes an interrupted one first. */
export async function findLastingSource(host: Host): Promise<Source | undefined> {
  return (await isOpen(host, 'create-cluster')) ? undefined : findMadeSource(host);
}

type JudgedEngine = Pick<EngineObservation, 'daemon' | 'lacksSysResource' | 'hasApt'>;

/** Why this machine cannot use the source, even with a network; undefined when it can. */
export function refuseSource(host: Host, engine: JudgedEngine, source: Source): SparkDevError | undefined {
  return source === 'upstream' ? refuseUpstream(host, engine) : refuseRegistries(host, engine);
}

function refuseUpstream(host: Host, { daemon, lacksSysResource }: JudgedEngine): SparkDevError | undefined {
  const { os, arch } = host.platform;
  if (releasePlatform(host) === undefined) {
    return new SparkDevError('PREREQUISITE_MISSING', 'There are no official releases for this machine', {
      why: `It is ${os} on ${arch}.`,
      fix: [localFix],
    });
  }
  const isRelaxed = daemon.kind === 'answers' && daemon.facts.defaultRuntime === relaxedRuntime;
  if (!lacksSysResource && !isRelaxed) return undefined;
  return new SparkDevError('CAPABILITY_MISSING', 'The official node image cannot run here', {
    why: 'This machine denies CAP_SYS_RESOURCE, which its runc needs; the node from package registries does not need it.',
    fix: ['spark-dev init --source registries'],
  });
}

function refuseRegistries({ platform }: Host, { hasApt }: JudgedEngine): SparkDevError | undefined {
  if (platform.os === 'linux' && platform.arch !== 'unsupported' && hasApt) return undefined;
  const lack = platform.arch === 'unsupported' ? 'Its processor is neither amd64 nor arm64.' : 'It has no apt.';
  const reason = platform.os === 'linux' ? lack : `It is ${platform.os}.`;
  return new SparkDevError('PREREQUISITE_MISSING', 'This machine cannot build a cluster from package registries', {
    why: `${reason} That needs Debian or Ubuntu on amd64 or arm64, and root or sudo.`,
    fix: ['spark-dev init --source upstream   # official releases and images; needs a running Docker', localFix],
  });
}

const localFix = 'spark-dev run sparkpi --target local   # real Spark in local mode, needs no cluster';

interface Choice {
  readonly source: Source;
  readonly why: string;
}

/** An interrupted init keeps its source, and needs no network for the decision. */
async function findPresentSource(host: Host): Promise<Choice | undefined> {
  const why = 'its tools are already on this machine';
  const built = await Promise.all(sourceTools.map((tool) => findBuiltTool(host, tool)));
  if (built.some((tool) => tool !== undefined)) return { source: 'registries', why };
  const downloaded = await Promise.all(Object.values(releases).map((release) => findRelease(host, release)));
  return downloaded.some((tool) => tool !== undefined) ? { source: 'upstream', why } : undefined;
}

/** Probes only the sources that this machine can use; a single one needs no probe. */
async function probeSources(host: Host, signal: AbortSignal): Promise<Choice> {
  const engine = await observeEngine(host, signal);
  const [upstream, registries] = [refuseUpstream(host, engine), refuseRegistries(host, engine)];
  if (upstream !== undefined && registries !== undefined) throw host.platform.os === 'linux' ? registries : upstream;
  if (upstream !== undefined) return { source: 'registries', why: `${upstream.what}. ${upstream.why ?? ''}` };
  if (registries !== undefined)
    return { source: 'upstream', why: `the only one that works here. ${registries.why ?? ''}` };
  const probed = await Promise.all(
    preference.map(async (source) => ({ source, answers: await probeSource(host, source, signal) })),
  );
  const troubles = probed.flatMap(({ source, answers }) =>
    answers.flatMap(({ url, trouble }) => (trouble === undefined ? [] : [{ source, url, trouble }])),
  );
  const reached = preference.find((source) => troubles.every((one) => one.source !== source));
  if (reached !== undefined) {
    const [other] = troubles;
    const both = 'both answer, and downloading is faster than building';
    return { source: reached, why: other === undefined ? both : `${new URL(other.url).host}: ${other.trouble}` };
  }
  const tried = probed.flatMap(({ source, answers }) =>
    answers.map(({ url, trouble }) => `${source}: ${url}: ${trouble ?? 'answers'}`),
  );
  throw new SparkDevError('SOURCE_UNREACHABLE', 'Neither official releases nor package registries can be reached', {
    why: tried.join('\n'),
    fix: [
      'Check the network and the proxy (HTTPS_PROXY, NO_PROXY), then run it again',
      'spark-dev init --source registries   # skips this check',
    ],
    facts: { tried },
  });
}
