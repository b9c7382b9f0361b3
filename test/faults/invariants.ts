import { readFileSync, readdirSync, statSync } from 'node:fs';
import { codeOf } from '../../src/errors/spark-dev-error.js';
import { join } from 'node:path';
import { parse } from 'yaml';
import { findMarked } from './processes.js';

/** One call of the program, as it was seen from outside. */
export interface Ending {
  readonly words: readonly string[];
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly tookMs: number;
  readonly withinMs: number;
  /** The test's own signals. */
  readonly signals: readonly string[];
  /** Whether the job's own mark says that it succeeded; undefined where no job was to run. */
  readonly jobSucceeded: boolean | undefined;
}

export interface RecordedCall {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: { readonly KUBECONFIG: string | undefined; readonly MINIKUBE_HOME: string | undefined };
  readonly journal: readonly string[];
}

export interface ClusterObject {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly hasOwner: boolean;
}

export interface Evidence {
  /** An assignment in the environment that all descendants inherit. */
  readonly marker: string;
  readonly secret: string;
  readonly endings: readonly Ending[];
  readonly calls: readonly RecordedCall[];
  readonly argvs: ReadonlySet<string>;
  readonly decoyKnocks: number;
  readonly userKubeconfig: { readonly path: string; readonly before: string; readonly mode: number };
  /** What spark-dev writes lies below these. */
  readonly folders: readonly string[];
  /** In the job's namespace; undefined where no cluster was within reach. */
  readonly objects: { readonly before: readonly ClusterObject[]; readonly after: readonly ClusterObject[] } | undefined;
  /** How the same command ended without the fault; undefined where the row says why there is none. */
  readonly again: number | null | undefined;
  /** Invariants that this row cannot keep, each with its reason. */
  readonly exempt: Readonly<Partial<Record<number, string>>>;
}

export interface Verdict {
  readonly number: number;
  readonly state: 'kept' | 'broken' | 'not applicable';
  readonly why: string;
}

const broken = (why: string): { readonly broken: string } => ({ broken: why });
type Finding = { readonly broken: string } | 'kept' | { readonly none: string };

/** Waits the five seconds that children have, then judges all ten. */
export async function judgeInvariants(evidence: Evidence): Promise<readonly Verdict[]> {
  await untilNobody(evidence.marker, 5000);
  const checks: readonly ((evidence: Evidence) => Finding)[] = [
    targetPinned,
    kubeconfigKept,
    noOrphan,
    objectsLabelled,
    converges,
    destructionJournaled,
    exitTruthful,
    waitsBounded,
    secretKept,
    plainWithoutTerminal,
  ];
  return checks.map((check, index) => {
    const number = index + 1;
    const excuse = evidence.exempt[number];
    if (excuse !== undefined) return { number, state: 'not applicable', why: excuse };
    const finding = check(evidence);
    if (finding === 'kept') return { number, state: 'kept', why: '' };
    return 'broken' in finding
      ? { number, state: 'broken', why: finding.broken }
      : { number, state: 'not applicable', why: finding.none };
  });
}

async function untilNobody(marker: string, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (findMarked(marker).length > 0 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Calls that look for no cluster need no pin: versions, defaults, profiles, a file that is edited. */
const unpinned = /^(version|config|profile list|options|completion|diagnose|kustomize)\b/;

function targetPinned({ calls, decoyKnocks }: Evidence): Finding {
  if (decoyKnocks > 0) return broken(`the cluster of current-context was asked ${String(decoyKnocks)} times`);
  for (const { program, args, env } of calls) {
    const line = args.join(' ');
    if (unpinned.test(line)) continue;
    const named = {
      kubectl: /--context[= ]/.test(line) && (/--kubeconfig[= ]/.test(line) || env.KUBECONFIG !== undefined),
      skaffold: /--kube-context[= ]/.test(line) && env.KUBECONFIG !== undefined,
      minikube: /(^| )(-p|--profile)[= ]/.test(line) && env.MINIKUBE_HOME !== undefined,
    };
    if (program in named && !named[program as keyof typeof named]) return broken(`not pinned: ${program} ${line}`);
  }
  return 'kept';
}

interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly [list: string]: unknown;
}

function kubeconfigKept({ userKubeconfig: { path, before, mode } }: Evidence): Finding {
  const after = readFileSync(path, 'utf8');
  if ((statSync(path).mode & 0o777) !== mode) return broken('the mode of the kubeconfig changed');
  if (after === before) return 'kept';
  const lines = after.split('\n');
  const lost = before.split('\n').find((line) => !lines.includes(line));
  if (lost !== undefined) return broken(`a line of the kubeconfig was changed: ${lost}`);
  const [old, now] = [before, after].map((text) => withoutOurs(parse(text) as Kubeconfig));
  return JSON.stringify(old) === JSON.stringify(now) ? 'kept' : broken('entries of the kubeconfig were changed');
}

function withoutOurs(config: Kubeconfig): unknown {
  return Object.entries(config)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([key, value]) => [
      key,
      Array.isArray(value) ? value.filter((one: { name?: string }) => one.name !== 'spark-dev') : value,
    ]);
}

function noOrphan({ marker }: Evidence): Finding {
  const left = findMarked(marker);
  return left.length === 0 ? 'kept' : broken(`still there: ${left.map(({ argv }) => argv.slice(0, 120)).join('; ')}`);
}

function objectsLabelled({ objects, calls }: Evidence): Finding {
  if (objects === undefined) {
    const made = calls.find(({ program, args }) => program === 'kubectl' && /^(create|run) /.test(args.join(' ')));
    return made === undefined ? { none: 'no cluster' } : broken(`made without a cluster: ${made.args.join(' ')}`);
  }
  const known = new Set(objects.before.map(({ name }) => name));
  const made = objects.after.filter(({ name }) => !known.has(name));
  const bare = made.find(
    ({ labels, hasOwner }) =>
      !hasOwner && labels['spark-dev/run'] === undefined && labels['app.kubernetes.io/managed-by'] !== 'spark-dev',
  );
  if (bare !== undefined) return broken(`${bare.name} has neither our label nor an owner`);
  const gone = objects.before.find(({ name }) => !objects.after.some((one) => one.name === name));
  if (gone !== undefined) return broken(`${gone.name} is gone`);
  return made.length === 0 ? 'kept' : broken(`left behind: ${made.map(({ name }) => name).join(', ')}`);
}

function converges({ again }: Evidence): Finding {
  if (again === undefined) return { none: 'nothing to repeat' };
  return again === 0 ? 'kept' : broken(`without the fault, the same command ended with ${String(again)}`);
}

const destructive: readonly (readonly [string, RegExp])[] = [
  ['minikube', /^delete /],
  ['docker', /^(container|volume|network) rm /],
  ['docker', /^rm /],
  ['docker', /^update /],
  ['docker', /^volume rm /],
];

function destructionJournaled({ calls }: Evidence): Finding {
  const done = calls.filter(({ program, args }) =>
    destructive.some(([name, pattern]) => name === program && pattern.test(args.join(' '))),
  );
  if (done.length === 0) return { none: 'nothing destructive was called' };
  const bare = done.find(({ journal }) => journal.length === 0);
  return bare === undefined ? 'kept' : broken(`no journal at: ${bare.program} ${bare.args.join(' ')}`);
}

const documented = new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 129, 130, 143]);
const ofSignal: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

function exitTruthful({ endings }: Evidence): Finding {
  for (const { words, exitCode, stdout, stderr, signals, jobSucceeded } of endings) {
    const call = words.join(' ');
    if (signals.includes('SIGKILL')) continue;
    if (exitCode === null || !documented.has(exitCode)) return broken(`${call} ended with ${String(exitCode)}`);
    if (/^\s+at .+:\d+:\d+\)?$/m.test(stderr)) return broken(`${call} printed a stack trace`);
    const signal = signals[0];
    if (signal !== undefined && exitCode !== 0 && exitCode !== ofSignal[signal])
      return broken(`${call} ended with ${String(exitCode)} after ${signal}`);
    if (jobSucceeded !== undefined && jobSucceeded !== (exitCode === 0))
      return broken(`${call} ended with ${String(exitCode)}, and its job ${jobSucceeded ? 'succeeded' : 'did not'}`);
    if (stdout.startsWith('{"schema"')) {
      const { ok, error } = JSON.parse(stdout) as { ok: boolean; error?: { exitCode: number } };
      if (ok !== (exitCode === 0) || (error !== undefined && error.exitCode !== exitCode))
        return broken(`${call}: the envelope and exit code ${String(exitCode)} differ`);
    }
  }
  return 'kept';
}

function waitsBounded({ endings }: Evidence): Finding {
  for (const { words, tookMs, withinMs, exitCode, stderr } of endings) {
    const call = words.join(' ');
    if (tookMs > withinMs) return broken(`${call} took ${String(Math.round(tookMs / 1000))} s`);
    if (exitCode === 8 && !/^ {2}why: \S/m.test(stderr)) return broken(`${call} does not say what was seen last`);
  }
  return 'kept';
}

function secretKept({ secret, endings, argvs, calls, folders }: Evidence): Finding {
  if (endings.some(({ stdout, stderr }) => (stdout + stderr).includes(secret))) return broken('the secret was printed');
  const argv = [...argvs, ...calls.map(({ args }) => args.join(' '))].find((line) => line.includes(secret));
  if (argv !== undefined) return broken(`the secret is in an argv: ${argv.slice(0, 80)}`);
  const file = folders.flatMap(listFiles).find((path) => readIfThere(path)?.includes(secret));
  return file === undefined ? 'kept' : broken(`the secret is in ${file}`);
}

function listFiles(folder: string): readonly string[] {
  const entries = unlessGone(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? listFiles(path) : entry.isFile() ? [path] : [];
  });
}

/** Larger files are downloads and images. */
const largestRead = 20_000_000;

function readIfThere(path: string): Buffer | undefined {
  return unlessGone(() => (statSync(path).size < largestRead ? readFileSync(path) : undefined));
}

/** Other runs may use the same folders: what is gone by now has no secret. */
function unlessGone<Answer>(ask: () => Answer): Answer | undefined {
  try {
    return ask();
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return undefined;
  }
}

function plainWithoutTerminal({ endings }: Evidence): Finding {
  for (const { words, stdout, stderr } of endings) {
    const text = stdout + stderr;
    if (text.includes('\u001b')) return broken(`${words.join(' ')} printed escape sequences`);
    if (/[^\n]\r[^\n]/.test(text)) return broken(`${words.join(' ')} redrew a line`);
    if (/\? .*\((Y\/n|y\/N)\)/.test(stderr)) return broken(`${words.join(' ')} asked a question`);
  }
  return 'kept';
}
