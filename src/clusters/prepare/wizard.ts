import { readMemoryMb } from '../../config/memory-size.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Choice, InputQuestion, SelectQuestion } from '../../ports/ui.js';
import type { SourceRequest } from '../../toolchain/source.js';
import type { ProfileState } from '../minikube/parse.js';
import { jobNamespace } from '../../kube/names.js';
import type { Provider } from '../provider.js';
import { fitClusterSize, recommended, showCapacity, sparkMinimum, type HostCapacity } from '../../kube/size.js';
import { showGigabytes } from '../../text/sizes.js';

/** What the questions depend on. */
export interface WizardContext {
  /** The machine of the container engine. */
  readonly host: HostCapacity;
  readonly profile: ProfileState;
  /** Said by flag, variable or file; else asked where there are several. */
  readonly provider: string | undefined;
  /** Those that can be had on this machine, the usual one first. */
  readonly providers: readonly Pick<Provider, 'name' | 'choice' | 'isMadeByUs'>[];
}

/** Option values, as if their flags had been given. */
export type AnsweredOptions = Readonly<
  Partial<
    Record<'provider' | 'cpus' | 'memory' | 'namespace' | 'source', string | undefined> &
      Record<'verify', boolean | undefined>
  >
>;

export interface WizardQuestion {
  readonly id: string;
  /** Not asked where one of these was given by flag, variable or file. */
  readonly options: readonly (keyof AnsweredOptions)[];
  /** Undefined where there is nothing to choose; answers of earlier questions are there by id. */
  readonly ask: (
    facts: WizardContext,
    answers: Readonly<Record<string, string>>,
  ) => SelectQuestion<string> | InputQuestion | undefined;
  /** The options that the answer stands for. */
  readonly read: (answer: string) => AnsweredOptions;
}

/** The answer that leads to the two questions for figures. */
const own = 'own';

/** In the order in which they are asked; each one more thing to choose is one more entry. */
export const wizardQuestions: readonly WizardQuestion[] = [
  {
    id: 'provider',
    options: ['provider'],
    ask: ({ providers: [usual, ...others] }) =>
      usual === undefined || others.length === 0
        ? undefined
        : {
            message: 'Whose Kubernetes shall it be?',
            flag: '--provider',
            preferred: usual.name,
            choices: [usual, ...others].map(({ name, choice }) => ({ value: name, ...choice })),
          },
    read: (provider) => ({ provider }),
  },
  {
    id: 'source',
    options: ['source'],
    ask: () => ({
      message: 'Where shall its parts come from?',
      flag: '--source',
      preferred: 'auto',
      choices: [
        { value: 'auto', label: 'Where they can be had', hint: 'both are asked within seconds' },
        { value: 'upstream', label: 'Official releases', hint: 'minutes' },
        { value: 'registries', label: 'Package registries', hint: 'built from source' },
      ] satisfies readonly Choice<SourceRequest>[],
    }),
    read: (source) => ({ source }),
  },
  {
    id: 'size',
    options: ['cpus', 'memory'],
    ask: ({ host, profile, provider, providers }, answers) => {
      const chosen = provider ?? answers['provider'];
      const isSized = providers.find(({ name }) => name === chosen)?.isMadeByUs ?? true;
      return profile === 'absent' && isSized ? askSize(host) : undefined;
    },
    read: (answer) => {
      const [cpus = '', memory = ''] = answer.split(' ');
      return answer === own ? {} : { cpus, memory };
    },
  },
  {
    id: 'cpus',
    options: ['cpus', 'memory'],
    ask: ({ host }, { size }) =>
      size !== own
        ? undefined
        : {
            message: `How many CPUs? The host has ${String(host.cpus)}`,
            flag: '--cpus',
            preferred: String(fitClusterSize(host).cpus),
            check: (text) => (/^[1-9]\d{0,3}$/.test(text) ? refusal(host, { cpus: Number(text) }) : 'A whole number'),
          },
    read: (cpus) => ({ cpus }),
  },
  {
    id: 'memory',
    options: ['cpus', 'memory'],
    ask: ({ host }, { size }) =>
      size !== own
        ? undefined
        : {
            message: `How much memory? The host has ${showGigabytes(host.memoryMb)}`,
            flag: '--memory',
            preferred: showMemory(fitClusterSize(host).memoryMb),
            check: (text) => {
              const memoryMb = readMemoryMb(text);
              return memoryMb === undefined ? 'Like 6g or 6144m' : refusal(host, { memoryMb });
            },
          },
    read: (memory) => ({ memory }),
  },
  {
    id: 'namespace',
    options: ['namespace'],
    ask: () => ({
      message: 'Into which namespace shall runs go?',
      flag: '--namespace',
      preferred: jobNamespace,
      check: (text) =>
        /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text) && !/^(kube-.*|default)$/.test(text)
          ? undefined
          : 'Up to 63 lower-case letters, digits and dashes, and none of Kubernetes itself',
    }),
    read: (namespace) => (namespace === jobNamespace ? {} : { namespace }),
  },
  {
    id: 'proof',
    options: ['verify'],
    ask: () => ({
      message: 'Prove it with SparkPi on the cluster at the end?',
      flag: '--no-verify',
      preferred: 'yes',
      choices: [
        { value: 'yes', label: 'Yes', hint: 'half a minute more, and the first run is known to work' },
        { value: 'no', label: 'No' },
      ],
    }),
    read: (answer) => ({ verify: answer === 'yes' }),
  },
];

/** Each size with the reason why it is offered; what comes to the same is offered once. */
function askSize(host: HostCapacity): SelectQuestion<string> {
  const fitted = fitClusterSize(host);
  const spared = { cpus: host.cpus - fitted.cpus, memoryMb: host.memoryMb - fitted.memoryMb };
  const isWhole = fitted.cpus >= recommended.cpus && fitted.memoryMb >= recommended.memoryMb;
  const offers: readonly (readonly [HostCapacity, string])[] = [
    [fitted, `${isWhole ? 'what Spark recommends' : 'fits this host'}; leaves it ${showCapacity(spared)}`],
    [sparkMinimum, 'the least that Spark asks for'],
    [largest(host), 'for bigger jobs; the host keeps little for itself'],
  ];
  const choices = new Map<string, Choice<string>>();
  for (const [size, hint] of offers) {
    const value = `${String(size.cpus)} ${showMemory(size.memoryMb)}`;
    if (!choices.has(value) && refusal(host, size) === undefined)
      choices.set(value, { value, label: showCapacity(size), hint });
  }
  return {
    message: `The host has ${showCapacity(host)}. Which size shall the cluster have?`,
    flag: '--cpus and --memory',
    preferred: [...choices.keys()][0] ?? own,
    choices: [...choices.values(), { value: own, label: 'Another size' }],
  };
}

function largest(host: HostCapacity): HostCapacity {
  return { cpus: Math.max(2, host.cpus - 1), memoryMb: Math.floor((host.memoryMb * 0.75) / 1024) * 1024 };
}

function showMemory(memoryMb: number): string {
  return memoryMb % 1024 === 0 ? `${String(memoryMb / 1024)}g` : `${String(memoryMb)}m`;
}

/** In the words in which init itself would refuse it. */
function refusal(host: HostCapacity, request: Partial<HostCapacity>): string | undefined {
  try {
    fitClusterSize(host, request);
    return undefined;
  } catch (error) {
    if (error instanceof SparkDevError) return error.why === undefined ? error.what : `${error.what}. ${error.why}`;
    throw error;
  }
}
