import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startProgram, type ProgramEnd, type RunningProgram } from '../program/program.js';
import { startDecoy, type Decoy } from './decoy.js';
import type { ClusterObject, Ending, Evidence } from './invariants.js';
import { watchMarked } from './processes.js';
import { lineOf, startShims, type ShimCall, type Shims } from './shims.js';

export interface CallRequest {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The harness ends it then, and invariant 8 is broken. */
  readonly withinMs?: number;
  /** Asked after the end; a file that the job itself writes is the best witness. */
  readonly jobSucceeded?: () => boolean;
}

export interface LiveCall extends RunningProgram {
  /** Sends a signal to the program alone. */
  kill(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGKILL'): void;
  /** Waits until it has called a program whose line matches. */
  calls(line: RegExp): Promise<ShimCall>;
}

/** A machine for one case: homes of its own, a decoy in the user's kubeconfig, shims first on PATH. */
export interface World {
  /** SPARK_DEV_HOME. */
  readonly home: string;
  readonly userHome: string;
  /** The working folder. */
  readonly project: string;
  readonly shims: Shims;
  readonly decoy: Decoy;
  readonly secret: string;
  readonly env: Record<string, string>;
  run(words: readonly string[], request?: CallRequest): Promise<ProgramEnd>;
  start(words: readonly string[], request?: CallRequest): LiveCall;
  /** A call that another means (a pseudo terminal) made. */
  note(ending: Partial<Ending> & Pick<Ending, 'words' | 'exitCode'>): void;
  readonly endings: readonly Ending[];
  gather(around: Pick<Evidence, 'again' | 'exempt'>): Evidence;
  dispose(): void;
  /** Set by grounds that have a cluster. */
  listObjects?: () => readonly ClusterObject[];
  /** Run when the case is over. */
  readonly closers: (() => void)[];
}

const sparkCache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'spark-dev', 'spark');
let counted = 0;

/** Homes that were there before the case; the program finds them by `env`. */
export interface Place {
  readonly home: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly journal?: string;
  /** Where a secret would be a leak. */
  readonly folders?: readonly string[];
}

export async function createWorld(place?: Place): Promise<World> {
  const root = mkdtempSync(join(tmpdir(), 'faults-'));
  const home = place?.home ?? join(root, 'home');
  const [userHome, project] = [join(root, 'user'), join(root, 'project')];
  for (const folder of [userHome, project, ...(place?.env ? [] : [join(home, 'cache')])])
    mkdirSync(folder, { recursive: true });
  if (place === undefined) symlinkSync(sparkCache, join(home, 'cache', 'spark'));
  const marker = `FAULTS_CASE=${String(process.pid)}-${String(++counted)}`;
  const secret = `sEcReT${marker.replaceAll(/\W/g, '')}`;
  const decoy = await startDecoy(userHome, secret);
  const shims = await startShims(root, () => listNames(place?.journal ?? join(home, 'data', 'journal')));
  // what would change this machine
  const dangerous = ['dockerd', 'apt-get', 'mmdebstrap', 'systemctl', 'setfacl'];
  shims.install([
    { program: 'apt-get', args: /--print-uris$/, answer: { through: '/usr/bin/apt-get' } },
    ...dangerous.map((program) => ({ program, answer: { exit: 1 } })),
  ]);
  const { PATH = '' } = process.env;
  const env: Record<string, string> = {
    HOME: userHome,
    SPARK_DEV_HOME: home,
    PATH: `${shims.folder}:${dirname(process.execPath)}:${PATH}`,
    FAULTS_SOCKET: shims.socket,
    FAULTS_CASE: marker.slice('FAULTS_CASE='.length),
    AWS_SECRET_ACCESS_KEY: secret,
    // the person's own settings of this machine count, whichever home it is
    ...keep('PIP_CONFIG_FILE', join(homedir(), '.config', 'pip', 'pip.conf')),
    ...place?.env,
  };
  const endings: Ending[] = [];
  const watch = watchMarked(marker);
  const before = { text: readFileSync(decoy.kubeconfig, 'utf8'), mode: statSync(decoy.kubeconfig).mode & 0o777 };
  let objectsBefore: readonly ClusterObject[] | undefined;
  const closers: (() => void)[] = [];
  const world: World = {
    home,
    userHome,
    project,
    shims,
    decoy,
    secret,
    env,
    endings,
    closers,
    run: (words, request) => world.start(words, request).ended,
    start(words, { env: own = {}, cwd = project, withinMs = 120_000, jobSucceeded } = {}) {
      objectsBefore ??= world.listObjects?.();
      const startedAt = performance.now();
      const program = startProgram(words, { ...env, ...own }, cwd);
      const signals: string[] = [];
      const timer = setTimeout(() => program.child.kill('SIGKILL'), withinMs + 1000);
      const ended = program.ended.then((end) => {
        clearTimeout(timer);
        const tookMs = performance.now() - startedAt;
        endings.push({ words, ...end, tookMs, withinMs, signals, jobSucceeded: jobSucceeded?.() });
        return end;
      });
      return {
        ...program,
        ended,
        kill(signal) {
          signals.push(signal);
          program.child.kill(signal);
        },
        async calls(line) {
          for (;;) {
            const call = shims.find(line).at(-1);
            if (call !== undefined) return call;
            if (program.child.exitCode !== null) {
              const called = shims.calls.map(lineOf).join('\n');
              throw new Error(`never called ${String(line)}: ${(await ended).stderr}\n${called}`);
            }
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        },
      };
    },
    note: (ending) =>
      void endings.push({
        stdout: '',
        stderr: '',
        tookMs: 0,
        withinMs: 120_000,
        signals: [],
        jobSucceeded: undefined,
        ...ending,
      }),
    gather: (around) => ({
      marker,
      secret,
      endings,
      calls: shims.calls,
      argvs: watch.argvs,
      decoyKnocks: decoy.knocks(),
      userKubeconfig: { path: decoy.kubeconfig, before: before.text, mode: before.mode },
      folders: place?.folders ?? ['data', 'state', 'config'].map((name) => join(home, name)),
      objects:
        world.listObjects === undefined ? undefined : { before: objectsBefore ?? [], after: world.listObjects() },
      ...around,
    }),
    dispose() {
      watch.stop();
      for (const close of closers) close();
      decoy.stop();
      shims.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
  return world;
}

function keep(name: string, path: string): Readonly<Record<string, string>> {
  const value = process.env[name] ?? (listNames(dirname(path)).includes('pip.conf') ? path : undefined);
  return value === undefined ? {} : { [name]: value };
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
