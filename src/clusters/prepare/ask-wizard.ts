import type { Settings } from '../../config/settings.js';
import type { CommandInput, NamedValues, OptionSpec } from '../../command.js';
import type { Host } from '../../ports/host.js';
import { observeEngine, type EngineObservation } from '../../toolchain/engine/observe.js';
import { jobNamespace, profileName } from '../../kube/names.js';
import { lookAtProfile } from '../minikube/profile.js';
import { locatePrograms } from '../programs.js';
import { listProviders, resolveProvider } from '../providers.js';
import { showCapacity } from '../../kube/size.js';
import { wizardQuestions, type AnsweredOptions, type WizardContext } from './wizard.js';
import { describeCall } from '../../config/resolve.js';

/** The options of init, completed by questions; asks only on a terminal, not with --yes or --dry-run. */
export async function askWizard<Options extends AnsweredOptions & NamedValues>(
  host: Host,
  { options, global, signal }: { readonly options: Options } & Pick<CommandInput, 'global' | 'signal'>,
  settings: Settings,
  specs: readonly OptionSpec[],
): Promise<Options & AnsweredOptions> {
  if (!host.ui.interactive || global.yes || global.dryRun) return options;
  const given: AnsweredOptions = {
    cpus: options.cpus ?? settings.cpus?.toString(),
    memory: options.memory ?? settings.memoryMb?.toString(),
    source: options.source ?? settings.source,
    provider: options.provider ?? settings.provider,
    namespace: options.namespace ?? settings.namespace,
    verify: options.verify,
  };
  // a user who gives the size needs no wizard
  if (given.cpus !== undefined || given.memory !== undefined) return options;
  const engine = await observeEngine(host, signal);
  const programs = await locatePrograms(host, signal);
  const { state } = await lookAtProfile(host, programs, engine.daemon.kind === 'answers', signal);
  const { isMadeByUs } = await resolveProvider(host, given.provider, signal);
  // an existing cluster leaves nothing to choose
  if (isMadeByUs ? state !== 'absent' : given.provider === undefined) return options;
  const all = listProviders(host);
  const isOffered = await Promise.all(all.map(async (one) => one.isOffered?.(host, signal) ?? true));
  const facts: WizardContext = {
    host: engine.daemon.kind === 'answers' ? engine.daemon.facts : host.platform,
    profile: state,
    provider: given.provider,
    providers: all.filter((_, index) => isOffered[index]),
  };
  for (const line of describeFound(engine, facts)) host.ui.say(line);
  const answered = { ...options, ...(await askQuestions(host, facts, given)) };
  host.ui.say(`Without questions: ${describeCall('init --yes', specs, answered)}`);
  return answered;
}

async function askQuestions(
  { ui }: Pick<Host, 'ui'>,
  facts: WizardContext,
  given: AnsweredOptions,
): Promise<AnsweredOptions> {
  let answers: Readonly<Record<string, string>> = {};
  let options: AnsweredOptions = {};
  for (const { id, options: said, ask, read } of wizardQuestions) {
    // `verify` is true by default, so that is not an answer
    if (said.some((name) => given[name] !== undefined && given[name] !== true)) continue;
    const question = ask(facts, answers);
    if (question === undefined) continue;
    const answer = 'choices' in question ? await ui.select(question) : await ui.input(question);
    answers = { ...answers, [id]: answer };
    options = { ...options, ...read(answer) };
  }
  return options;
}

function describeFound(engine: EngineObservation, { host, providers }: WizardContext): readonly string[] {
  const guest = providers.find(({ isMadeByUs }) => !isMadeByUs);
  const docker =
    engine.daemon.kind === 'answers'
      ? `Docker ${engine.daemon.facts.serverVersion} answers`
      : engine.hasDockerd
        ? 'Docker is installed but does not answer; init will start it'
        : 'Docker is missing; init will install it';
  const owner =
    guest === undefined
      ? `spark-dev creates its own cluster (profile and context ${profileName})`
      : `With minikube, spark-dev creates its own cluster (profile and context ${profileName}); with ${guest.choice.label} it uses yours`;
  return [
    `This machine: ${showCapacity(host)}. ${docker}. There is no cluster yet.`,
    `${owner}. Jobs run in the namespace ${jobNamespace}.`,
    '',
  ];
}
