import { askWizard } from '../clusters/prepare/ask-wizard.js';
import { jobNamespace } from '../kube/names.js';
import { performPreparation, type Prepared } from '../clusters/prepare/perform-preparation.js';
import type { PreparedCluster } from '../clusters/prepared.js';
import type { Provider } from '../clusters/provider.js';
import { findPreparedCluster } from '../clusters/providers.js';
import { showSteps } from '../steps/show.js';
import { chooseSource } from '../clusters/prepare/source.js';
import { loadSettings } from '../config/load-settings.js';
import { pickSize, resolveSettings, describeCall } from '../config/resolve.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import { lockFor, withLock } from '../journal/lock.js';
import { enterNamespace } from '../namespaces/apply-namespace.js';
import { command, type CommandResult, type OptionSpec } from '../command.js';
import type { Host } from '../ports/host.js';
import type { RunOutcome } from '../runs/record.js';
import { proveCluster } from '../run/start.js';
import type { InitResize, Preparation } from '../clusters/prepare/plan.js';
import { checkNamespaceName } from '../namespaces/require-namespace.js';
import { sourceRequests } from '../toolchain/source-tools.js';
import { useClusterDocker } from '../images/sets/image-set.js';

const options = [
  { flags: '--no-verify', description: 'skip the SparkPi check' },
  { flags: '--cpus <number>', description: 'CPUs of the cluster (default: chosen to fit the machine)' },
  { flags: '--memory <size>', description: 'memory of the cluster, e.g. 6g (default: chosen to fit the machine)' },
  {
    flags: '--source <where>',
    description: 'official releases (upstream), or everything built from package registries; auto tries both',
    choices: sourceRequests,
  },
  { flags: '--namespace <name>', description: 'namespace for runs; created if missing' },
  { flags: '--lock-timeout <seconds>', description: 'how long to wait for another command', default: '1800' },
] as const satisfies readonly OptionSpec[];

/** For the printed command that repeats this call; `--provider` is a global flag. */
const printedOptions = [{ flags: '--provider <name>', description: '' }, ...options] as const;

export const init = command({
  name: 'init',
  options,
  examples: [
    'spark-dev init --yes',
    'spark-dev init --dry-run',
    'spark-dev init --yes --cpus 4 --memory 8g --no-verify',
    'spark-dev init --provider docker-desktop --dry-run',
  ],
  async run(world, given) {
    const answers = { ...given.options, provider: given.global.provider };
    const files = await loadSettings(world, given.global);
    const input = { ...given, options: await askWizard(world, { ...given, options: answers }, files, printedOptions) };
    const { signal } = input;
    const settings = resolveSettings(input.options, files, input.variables);
    const { namespace } = input.options;
    if (namespace !== undefined) checkNamespaceName(namespace);
    const { provider, host } = await useClusterDocker(world, input.options.provider ?? settings.provider, signal);
    const source = await chooseSource(host, settings.source ?? 'auto', signal, await provider.madeFrom?.(host));
    const request = { size: pickSize(settings), source, signal };
    if (input.global.dryRun) {
      const planned = await provider.plan(host, request);
      return showDryRun(planned, await provider.planResize?.(host, planned, request), namespace);
    }
    const lock = lockFor('spark-dev init', input);
    const isAttended = host.ui.interactive && !input.global.yes;
    const done = await withLock(host, lock, () => performPreparation(host, provider, { ...request, isAttended }));
    const find = (): Promise<PreparedCluster> => requirePrepared(host, provider, signal);
    const entered =
      namespace === undefined ? [] : await enterNamespace({ host, cluster: await find(), signal }, namespace);
    const mustProve = input.options.verify !== false && done.steps.some(({ id }) => id !== 'kubeconfig');
    const proof = mustProve ? await proveCluster(host, await find(), signal) : undefined;
    const titles = entered.map(({ title }) => title);
    return answer(done, titles, proof, describeCall('init --yes', printedOptions, input.options));
  },
});

function showDryRun(
  preparation: Preparation,
  resize: InitResize | undefined,
  namespace: string | undefined,
): CommandResult {
  const { parts, size, warnings, access } = preparation;
  const steps = [...(resize?.steps ?? []), ...preparation.steps];
  const last = resize?.when === 'last' ? ['# Resize the cluster: the steps are known once it runs'] : [];
  const then =
    namespace === undefined || namespace === jobNamespace
      ? []
      : [`# then: spark-dev namespace create ${namespace} && spark-dev namespace use ${namespace}`];
  return {
    data: { source: parts.source, provider: access.provider.name, steps, size, namespace: namespace ?? null },
    text: [...(steps.length === 0 ? ['Nothing to do: the cluster is ready'] : [...showSteps(steps), ...last]), ...then],
    warnings: access.provider.isMadeByUs ? [] : warnings,
  };
}

async function requirePrepared(
  host: Host,
  { name: provider }: Provider,
  signal: AbortSignal,
): Promise<PreparedCluster> {
  const answered = await findPreparedCluster(host, { provider, signal, timeoutMs: 20_000 });
  if ('found' in answered) return answered.found;
  throw new SparkDevError('CLUSTER_UNREACHABLE', 'The cluster was prepared but does not answer', {
    why: answered.absent,
    fix: ['spark-dev status', 'spark-dev init --yes'],
  });
}

function answer(
  { access, steps, resized }: Prepared,
  entered: readonly string[],
  proof: RunOutcome | undefined,
  call: string,
): CommandResult {
  const changed = [...resized, ...steps.map(({ id }) => id), ...entered];
  const { context, provider } = access;
  const profile = provider.isMadeByUs ? { profile: context } : {};
  return {
    data: {
      call,
      changed,
      cluster: { provider: provider.name, ...profile, context, namespace: jobNamespace },
      proof: proof === undefined ? null : { pi: proof.pi, runId: proof.runId, durationsMs: proof.durationsMs },
    },
    text: [
      ...(proof?.pi === undefined ? [] : [`SparkPi succeeded on the cluster: Pi is roughly ${String(proof.pi)}`]),
      `${changed.length === 0 ? 'Nothing to do: the' : 'The'} cluster is ready. Try: spark-dev run sparkpi   or: kubectl --context ${context} get pods`,
    ],
  };
}
