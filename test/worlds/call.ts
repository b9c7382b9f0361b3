import { runCli, type UiRequest } from '../../src/cli/run.js';
import type { Ui } from '../../src/ports/ui.js';
import { createFakeUi } from '../fakes/fake-ui.js';
import { createFakeHost, type FakeHost, type FakeWorld } from '../fakes/fake-host.js';
import type { CommandEntry } from '../../src/cli/named-words.js';

export interface Call {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly host: FakeHost;
  /** Undefined when no command was reached. */
  readonly request: UiRequest | undefined;
}

interface Circumstances {
  readonly world?: FakeWorld;
  /** One that was arranged, or called before. */
  readonly host?: FakeHost;
  readonly env?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly signalExitCode?: () => number;
  readonly commands?: readonly CommandEntry[];
  readonly isTerminal?: boolean;
  readonly self?: readonly string[];
}

const agreeable: Pick<Ui, 'confirm' | 'select' | 'input'> = {
  confirm: () => Promise.resolve(true),
  select: ({ preferred }) => Promise.resolve(preferred),
  input: ({ preferred }) => Promise.resolve(preferred),
};

const nobody = createFakeUi();
const silent: Partial<Ui> = {
  interactive: false,
  confirm: (question) => nobody.confirm(question),
  select: (question) => nobody.select(question),
  input: (question) => nobody.input(question),
};

/** --yes answers every question, and --no-input none, as in the real terminal. */
function asWished({ yes, input }: UiRequest): Partial<Ui> {
  return { ...(input ? {} : silent), ...(yes ? agreeable : {}) };
}

/** A whole call of spark-dev in this process, over a fake host. */
export async function call(words: readonly string[], around: Circumstances = {}): Promise<Call> {
  const host = around.host ?? createFakeHost(around.world);
  let [stdout, stderr] = ['', ''];
  let request: UiRequest | undefined;
  const exitCode = await runCli(words, {
    env: around.env ?? {},
    signal: around.signal ?? new AbortController().signal,
    print: (data) => {
      stdout += Buffer.from(data).toString();
    },
    printError: (data) => {
      stderr += Buffer.from(data).toString();
    },
    colour: false,
    isTerminal: around.isTerminal ?? false,
    createHost: (given) => {
      request = given;
      return { ...host, ui: { ...host.ui, output: given.print, ...asWished(given) } };
    },
    ...(around.signalExitCode === undefined ? {} : { signalExitCode: around.signalExitCode }),
    ...(around.self === undefined ? {} : { self: around.self }),
    ...(around.commands === undefined ? {} : { commands: around.commands }),
  });
  return { exitCode, stdout, stderr, host, request };
}
