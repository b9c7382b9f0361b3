import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { shimProgram } from './shim-program.js';

/** One call of a program, as its shim told it. */
export interface ShimCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly pid: number;
  readonly env: Readonly<
    Record<'KUBECONFIG' | 'MINIKUBE_HOME' | 'DOCKER_HOST' | 'NO_PROXY' | 'PATH', string | undefined>
  >;
  /** Files of the journal at the moment of the call. */
  readonly journal: readonly string[];
  readonly at: number;
  /** As they came. */
  readonly signals: string[];
  exit?: number;
  input?: string;
}

/** What a shim does; without any of it, it ends with 0 and says nothing. */
export interface ShimAnswer {
  readonly exit?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  readonly delayMs?: number;
  /** Never ends by itself. */
  readonly hangs?: true;
  readonly ignores?: readonly string[];
  readonly exitOnSignal?: number;
  /** It kills itself by this signal. */
  readonly dies?: string;
  /** Lines of 10 MB on stdout. */
  readonly longLines?: number;
  readonly garbage?: true;
  /** The real program by its path, with the same arguments. */
  readonly through?: string;
  /** Added to the real program's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface ShimRule {
  readonly program: string;
  /** Of the arguments joined by blanks; absent matches all. */
  readonly args?: RegExp;
  /** How often it answers at the most. */
  readonly times?: number;
  /** Its input is read first. */
  readonly readsInput?: true;
  readonly answer: ShimAnswer | ((call: ShimCall) => ShimAnswer | Promise<ShimAnswer>);
}

export interface Shims {
  /** To be put first on PATH. */
  readonly folder: string;
  readonly socket: string;
  readonly calls: readonly ShimCall[];
  /** Programs that are there, the later rules first; what no rule knows of them ends with 1. */
  install(rules: readonly ShimRule[]): void;
  /** Goes before all that is installed, until healed. */
  inject(...rules: readonly ShimRule[]): void;
  heal(): void;
  /** The calls whose line (`docker info …`) matches. */
  find(line: RegExp): readonly ShimCall[];
  stop(): void;
}

interface Told {
  readonly call?: Omit<ShimCall, 'journal' | 'at' | 'signals'>;
  readonly signal?: string;
  readonly exit?: number;
  readonly input?: string;
}

export function lineOf({ program, args }: Pick<ShimCall, 'program' | 'args'>): string {
  return [program, ...args].join(' ');
}

export async function startShims(root: string, listJournal: () => readonly string[]): Promise<Shims> {
  const folder = join(root, 'shims');
  mkdirSync(folder, { recursive: true });
  const installed: ShimRule[] = [];
  const injected: ShimRule[] = [];
  const used = new Map<ShimRule, number>();
  const calls: ShimCall[] = [];
  const choose = (call: ShimCall): ShimRule | undefined => {
    const line = call.args.join(' ');
    const rule = [...injected, ...installed].find(
      (one) =>
        one.program === call.program &&
        (one.args?.test(line) ?? true) &&
        (used.get(one) ?? 0) < (one.times ?? Number.POSITIVE_INFINITY),
    );
    if (rule !== undefined) used.set(rule, (used.get(rule) ?? 0) + 1);
    return rule;
  };
  const decide = async (rule: ShimRule | undefined, call: ShimCall): Promise<ShimAnswer> => {
    if (rule === undefined) return { exit: 1, stderr: `no rule for ${lineOf(call)}\n` };
    return typeof rule.answer === 'function' ? rule.answer(call) : rule.answer;
  };
  const serve = (socket: Socket): void => {
    let call: ShimCall | undefined;
    let rule: ShimRule | undefined;
    const reply = (answer: object): void => void socket.write(`${JSON.stringify(answer)}\n`);
    const hear = async (told: Told): Promise<void> => {
      if (told.call !== undefined) {
        call = { ...told.call, journal: listJournal(), at: Date.now(), signals: [] };
        calls.push(call);
        rule = choose(call);
        reply(rule?.readsInput === true ? { readsInput: true } : await decide(rule, call));
      }
      if (call === undefined) return;
      if (told.signal !== undefined) call.signals.push(told.signal);
      if (told.exit !== undefined) call.exit = told.exit;
      if (told.input !== undefined) {
        call.input = told.input;
        reply(await decide(rule, call));
      }
    };
    readLines(socket, (line) => void hear(JSON.parse(line) as Told));
  };
  const server = createServer(serve);
  const socket = join(root, 'shims.sock');
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const find = (line: RegExp): readonly ShimCall[] => calls.filter((call) => line.test(lineOf(call)));
  const place = (rules: readonly ShimRule[]): void => {
    for (const program of new Set(rules.map((rule) => rule.program)))
      writeFileSync(join(folder, program), `#!${process.execPath}\n${shimProgram}`, { mode: 0o755 });
  };
  return {
    folder,
    socket,
    calls,
    install(rules) {
      installed.unshift(...rules);
      place(rules);
    },
    inject(...rules) {
      injected.unshift(...rules);
      place(rules);
    },
    heal: () => void injected.splice(0),
    find,
    stop: () => void server.close(),
  };
}

function readLines(socket: Socket, onLine: (line: string) => void): void {
  let text = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n')) {
      onLine(text.slice(0, at));
      text = text.slice(at + 1);
    }
  });
}
