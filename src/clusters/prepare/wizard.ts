import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Choice, InputQuestion, SelectQuestion } from '../../ports/ui.js';
import type { ProfileState } from '../minikube/parse.js';
import { jobNamespace } from '../../kube/names.js';
import type { Provider } from '../provider.js';
import { fitClusterSize, recommended, showCapacity, sparkMinimum, type HostCapacity } from '../../kube/size.js';
import { showGigabytes, readMemoryMb } from '../../text/sizes.js';
import type { SourceRequest } from '../../toolchain/source-tools.js';

/** What the questions depend on. */
export interface WizardContext {
  /** The container engine's machine. */
  readonly host: HostCapacity;
  readonly profile: ProfileState;
  /** From flag, variable or file; otherwise asked if there are several. */
  readonly provider: string | undefined;
  /** Providers for this machine, the default first. */
  readonly providers: readonly Pick<Provider, 'name' | 'choice' | 'isMadeByUs'>[];
}

/** Option values, as their flags would set them. */
export type AnsweredOptions = {
  readonly [Name in 'provider' | 'cpus' | 'memory' | 'namespace' | 'source']?: string | undefined;
} & { readonly verify?: boolean | undefined };

export interface WizardQuestion {
  readonly id: string;
  /** Skipped if one of these is set by flag, variable or file. */
  readonly options: readonly (keyof AnsweredOptions)[];
  /** Undefined if there is nothing to choose; `answers` has earlier answers by id. */
  readonly ask: (
    facts: WizardContext,
    answers: Readonly<Record<string, string>>,
  ) => SelectQuestion<string> | InputQuestion | undefined;
  /** The options for an answer. */
  readonly read: (answer: string) => AnsweredOptions;
}

/** The answer that leads to the questions for CPUs and memory. */
const own = 'own';

/** In the order in which they are asked. */
export const wizardQuestions: readonly WizardQuestion[] = [
  {
    id: 'provider',
    options: ['provider'],
    ask: ({ providers: [usual, ...others] }) =>
      usual === undefined || others.length === 0
        ? undefined
        : {
            message: 'Which Kubernetes should spark-dev use?',
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
      message: 'Where should tools and images come from?',
      flag: '--source',
      preferred: 'auto',
      choices: [
        { value: 'auto', label: 'Whichever is available', hint: 'checks both, takes seconds' },
        { value: 'upstream', label: 'Official releases', hint: 'takes minutes' },
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
    ask: askOwn((host) => ({
      message: `How many CPUs? The host has ${String(host.cpus)}.`,
      flag: '--cpus',
      preferred: String(fitClusterSize(host).cpus),
      check: (text) => (/^[1-9]\d{0,3}$/.test(text) ? refusal(host, { cpus: Number(text) }) : 'Enter a whole number'),
    })),
    read: (cpus) => ({ cpus }),
  },
  {
    id: 'memory',
    options: ['cpus', 'memory'],
    ask: askOwn((host) => ({
      message: `How much memory? The host has ${showGigabytes(host.memoryMb)}.`,
      flag: '--memory',
      preferred: showMemory(fitClusterSize(host).memoryMb),
      check: (text) => {
        const memoryMb = readMemoryMb(text);
        return memoryMb === undefined ? 'Enter a size such as 6g or 6144m' : refusal(host, { memoryMb });
      },
    })),
    read: (memory) => ({ memory }),
  },
  {
    id: 'namespace',
    options: ['namespace'],
    ask: () => ({
      message: 'Which namespace should jobs run in?',
      flag: '--namespace',
      preferred: jobNamespace,
      check: (text) =>
        /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text) && !/^(kube-.*|default)$/.test(text)
          ? undefined
          : 'Use up to 63 lower-case letters, digits and dashes; not default or kube-*',
    }),
    read: (namespace) => (namespace === jobNamespace ? {} : { namespace }),
  },
  {
    id: 'proof',
    options: ['verify'],
    ask: () => ({
      message: 'Run SparkPi on the cluster at the end to verify it?',
      flag: '--no-verify',
      preferred: 'yes',
      choices: [
        { value: 'yes', label: 'Yes', hint: 'takes half a minute' },
        { value: 'no', label: 'No' },
      ],
    }),
    read: (answer) => ({ verify: answer === 'yes' }),
  },
];

function askOwn(question: (host: HostCapacity) => InputQuestion): WizardQuestion['ask'] {
  return ({ host }, { size }) => (size === own ? question(host) : undefined);
}

/** Each size once, with the reason for it. */
function askSize(host: HostCapacity): SelectQuestion<string> {
  const fitted = fitClusterSize(host);
  const spared = { cpus: host.cpus - fitted.cpus, memoryMb: host.memoryMb - fitted.memoryMb };
  const isWhole = fitted.cpus >= recommended.cpus && fitted.memoryMb >= recommended.memoryMb;
  const most = { cpus: Math.max(2, host.cpus - 1), memoryMb: Math.floor((host.memoryMb * 0.75) / 1024) * 1024 };
  const offers: readonly (readonly [HostCapacity, string])[] = [
    [fitted, `${isWhole ? "Spark's recommendation" : 'fits this host'}; leaves ${showCapacity(spared)} for the host`],
    [sparkMinimum, "Spark's minimum"],
    [most, 'for bigger jobs; leaves little for the host'],
  ];
  const choices = new Map<string, Choice<string>>();
  for (const [size, hint] of offers) {
    const value = `${String(size.cpus)} ${showMemory(size.memoryMb)}`;
    if (!choices.has(value) && refusal(host, size) === undefined)
      choices.set(value, { value, label: showCapacity(size), hint });
  }
  return {
    message: `The host has ${showCapacity(host)}. How big should the cluster be?`,
    flag: '--cpus and --memory',
    preferred: [...choices.keys()][0] ?? own,
    choices: [...choices.values(), { value: own, label: 'Another size' }],
  };
}

function showMemory(memoryMb: number): string {
  return memoryMb % 1024 === 0 ? `${String(memoryMb / 1024)}g` : `${String(memoryMb)}m`;
}

/** init's own error message for a refused size. */
function refusal(host: HostCapacity, request: Partial<HostCapacity>): string | undefined {
  try {
    fitClusterSize(host, request);
    return undefined;
  } catch (error) {
    if (error instanceof SparkDevError) return error.why === undefined ? error.what : `${error.what}. ${error.why}`;
    throw error;
  }
}
