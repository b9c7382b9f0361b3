import { join } from 'node:path';
import { removeRuins } from '../cluster/delete-cluster.js';
import { jobNamespace, profileName } from '../cluster/names.js';
import { askWizard } from '../cluster/ask-wizard.js';
import { applyPreparation } from '../cluster/apply-preparation.js';
import { planPreparation, type Preparation, type PreparationWish } from '../cluster/prepare.js';
import { findPreparedCluster, type PreparedCluster } from '../cluster/prepared.js';
import { finishRecreation } from '../cluster/recreate/finish-recreation.js';
import { planInitResize, type InitResize } from '../cluster/resize/for-init.js';
import { resizeHoldingLock } from '../cluster/resize/in-place.js';
import { showCommands, showSteps } from '../cluster/show-plan.js';
import { chooseSource } from '../cluster/source.js';
import { showCapacity, type HostCapacity } from '../cluster/size.js';
import { keepDurations, planKey, readDurations, showDuration } from '../cluster/step-durations.js';
import { describeCall } from '../config/describe-call.js';
import { loadSettings } from '../config/load-settings.js';
import { resolveSettings } from '../config/resolve.js';
import type { Settings } from '../config/settings.js';
import { decideFit } from '../devloop/fit-run.js';
import { runOnCluster } from '../devloop/run-on-cluster.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { parseLockTimeout, withLock } from '../journal/lock.js';
import type { CommandInput, CommandResult, CommandSpec } from '../ports/command.js';
import type { Host } from '../ports/host.js';
import { sourceWishes } from '../toolchain/source.js';
import { findApplication } from '../spark/application.js';
import { buildApplication } from '../spark/build.js';
import { shapeOf } from '../spark/job-shape.js';
import { resolveJob } from '../spark/resolve-job.js';
import type { RunOutcome } from '../spark/run-result.js';

export const init: CommandSpec = {
  name: 'init',
  options: [
    { flags: '--no-verify', description: 'without the SparkPi at the end' },
    { flags: '--cpus <number>', description: 'CPUs of the cluster; fitted to the machine when absent' },
    { flags: '--memory <size>', description: 'memory of the cluster, e.g. 6g; fitted when absent' },
    {
      flags: '--source <where>',
      description: 'official releases (upstream), or all built from package registries; auto asks both',
      choices: sourceWishes,
    },
    { flags: '--lock-timeout <seconds>', description: 'how long to wait for another init or down', default: '1800' },
  ],
  examples: [
    'spark-dev init --yes',
    'spark-dev init --dry-run',
    'spark-dev init --yes --cpus 4 --memory 8g --no-verify',
  ],
  async run(host, given) {
    const specs = init.options ?? [];
    const input = { ...given, options: await askWizard(host, given, specs) };
    const settings = resolveSettings(input.options, await loadSettings(host), input.variables);
    const source = await chooseSource(host, settings.source ?? 'auto', input.signal);
    const wish = { size: sizeOf(settings), source, signal: input.signal };
    if (input.global.dryRun) {
      const planned = await planPreparation(host, wish);
      return showDryRun(planned, await planInitResize(host, planned, wish));
    }
    const lock = {
      command: 'spark-dev init',
      timeoutMs: parseLockTimeout(input.options['lockTimeout']),
      signal: input.signal,
    };
    const done = await withLock(host, lock, () => prepare(host, input, wish));
    const mustProve = input.options['verify'] !== false && done.steps.some(({ id }) => id !== 'kubeconfig');
    const proof = mustProve ? await prove(host, input.signal) : undefined;
    return answer(done, proof, describeCall('init --yes', specs, input.options));
  },
};

function showDryRun(preparation: Preparation, resize: InitResize | undefined): CommandResult {
  const steps = [...(resize?.steps ?? []), ...preparation.steps];
  const last = resize?.when === 'last' ? ['# Resize the cluster: what that takes is seen when it is up'] : [];
  return {
    data: { source: preparation.source, steps, size: preparation.size },
    text: steps.length === 0 ? ['Nothing to do: the cluster is ready'] : [...showCommands(steps), ...last],
  };
}

/** What was done: the preparation, and the ids of what the resize changed. */
interface Done extends Preparation {
  readonly resized: readonly string[];
}

async function prepare(host: Host, input: CommandInput, wish: PreparationWish): Promise<Done> {
  await finishRecreation(host, { signal: wish.signal });
  const planned = await planOnCleanGround(host, wish);
  const { steps, size } = planned;
  if (size?.warning !== undefined) host.ui.warn(size.warning);
  const resize = await planInitResize(host, planned, wish);
  if (steps.length === 0 && resize === undefined) return { ...planned, resized: [] };
  const durations = await readDurations(host);
  host.ui.say(`To do${size === undefined ? '' : ` for a cluster of ${showCapacity(size)}`}:`);
  for (const { title, why } of resize?.steps ?? []) host.ui.say(`  ${title}: ${why}`);
  for (const line of showSteps(steps, durations)) host.ui.say(line);
  if (!(await host.ui.confirm('Go on?')))
    throw new SparkDevError('CANCELLED', 'Nothing was changed', { fix: ['spark-dev init --dry-run'] });
  const first = resize?.when === 'first' ? await resizeHoldingLock(host, wish) : undefined;
  const startedAt = host.clock.now();
  const took: Record<string, number> = {};
  await applyPreparation(host, planned, {
    ...wish,
    logFile: join(
      host.directories.state,
      'logs',
      `init-${new Date(startedAt).toISOString().replaceAll(/[:.]/g, '-')}.log`,
    ),
    onDone: (step, tookMs) => {
      took[step.id] = tookMs;
    },
  }).finally(() => keepDurations(host, took));
  await keepDurations(host, { [planKey(steps.map(({ id }) => id))]: host.clock.now() - startedAt });
  const last = resize?.when === 'last' ? await resizeHoldingLock(host, wish) : undefined;
  host.ui.say(`Done after ${showDuration(host.clock.now() - startedAt)}`);
  return { ...planned, resized: Object.keys((first ?? last)?.durationsMs ?? {}) };
}

/** Without Docker nothing can be removed; applying does it once that is up. */
async function planOnCleanGround(host: Host, wish: PreparationWish): Promise<Preparation> {
  const planned = await planPreparation(host, wish);
  if (!planned.seen.observed.engineAnswers || !(await removeRuins(host, wish))) return planned;
  return planPreparation(host, wish);
}

/** The whole way that a user's run takes, once. */
async function prove(host: Host, signal: AbortSignal): Promise<RunOutcome> {
  const cluster = await requirePrepared(host, signal);
  const app = await findApplication(host.directories, 'sparkpi');
  const { job } = await resolveJob(app);
  const { job: shape } = await decideFit(host, cluster, {
    app: app.name,
    job: shapeOf(job),
    mode: 'never',
    canAsk: false,
    signal,
  });
  const built = await buildApplication(host, app, signal);
  // the driver's log is in the run's folder; here only the outcome counts
  const quiet = { ...host, ui: { ...host.ui, log: () => undefined } };
  return runOnCluster(quiet, cluster, {
    job,
    main: built.main,
    shape,
    uiPort: undefined,
    signal,
  });
}

async function requirePrepared(host: Host, signal: AbortSignal): Promise<PreparedCluster> {
  const answered = await findPreparedCluster(host, { signal, timeoutMs: 20_000 });
  if ('found' in answered) return answered.found;
  throw new SparkDevError('CLUSTER_UNREACHABLE', 'The cluster was made and does not answer', {
    why: answered.absent,
    fix: ['spark-dev status', 'spark-dev init --yes'],
  });
}

function answer({ steps, resized }: Done, proof: RunOutcome | undefined, call: string): CommandResult {
  const changed = [...resized, ...steps.map(({ id }) => id)];
  return {
    data: {
      call,
      changed,
      cluster: { profile: profileName, context: profileName, namespace: jobNamespace },
      proof: proof === undefined ? null : { pi: proof.pi, runId: proof.runId, durationsMs: proof.durationsMs },
    },
    text: [
      ...(proof?.pi === undefined ? [] : [`Proven by SparkPi on the cluster: Pi is roughly ${String(proof.pi)}`]),
      `${changed.length === 0 ? 'Nothing to do: the' : 'The'} cluster is ready. Try: spark-dev run sparkpi   or: kubectl --context ${profileName} get pods`,
    ],
  };
}

function sizeOf({ cpus, memoryMb }: Settings): Partial<HostCapacity> {
  return { ...(cpus === undefined ? {} : { cpus }), ...(memoryMb === undefined ? {} : { memoryMb }) };
}
