import { command, type CommandInput, type OptionSpec } from '../command.js';
import { SparkDevError } from '../errors/spark-dev-error.js';
import type { LogRequest } from '../runs/read-log.js';

const options = [
  { flags: '-f, --follow', description: 'show what comes, until the run ends' },
  { flags: '--driver', description: "the driver's log (default)" },
  { flags: '--executor <number>', description: 'the log of this executor', repeatable: true },
  { flags: '--all', description: 'the logs of all pods, in the order of their times' },
  { flags: '--previous', description: 'of the run before' },
  { flags: '--since <time>', description: 'only lines since then: 30s, 10m, 2h, or 2026-11-30T21:00:00Z' },
  { flags: '--grep <pattern>', description: 'only lines that match this regular expression' },
] as const satisfies readonly OptionSpec[];

export const logs = command({
  name: 'logs',
  makesNoFolders: true,
  arguments: [{ name: '[run]', description: 'a run, or how its name begins (default: the newest run)' }],
  options,
  examples: [
    'spark-dev logs',
    'spark-dev logs sparkpi -f',
    'spark-dev logs --all --since 10m',
    'spark-dev logs --executor 1 --executor 2',
    "spark-dev logs --all --grep ' ERROR '",
  ],
  async run(host, { args, options: given, signal }) {
    const { readRunLog } = await import('../runs/read-log.js');
    const request: LogRequest = {
      run: args[0],
      previous: given.previous === true,
      follows: given.follow === true,
      pods: choosePods(given),
      since: given.since === undefined ? undefined : parseSince(given.since, host.clock.now()),
      grep: given.grep === undefined ? undefined : parsePattern(given.grep),
      signal,
    };
    return { data: await readRunLog(host, request), text: [], exact: true };
  },
});

function choosePods({ all, executor = [], driver }: CommandInput<typeof options>['options']): LogRequest['pods'] {
  if (all === true) return 'all';
  const wrong = executor.find((number) => !/^\d{1,6}$/.test(number));
  if (wrong !== undefined)
    throw new SparkDevError('USAGE', `Invalid value for --executor: ${wrong} is not a number`, {
      fix: ['spark-dev logs --executor 1', 'spark-dev logs --all'],
    });
  if (executor.length === 0) return 'driver';
  return [...(driver === true ? ['driver'] : []), ...executor.map((number) => `exec-${number}`)];
}

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function parseSince(text: string, now: number): number {
  if (/^(\d{1,9}[smhd])+$/.test(text)) {
    const parts = [...text.matchAll(/(\d+)([smhd])/g)];
    return now - parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (unitMs[unit] ?? 0), 0);
  }
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isNaN(at)) return at;
  throw new SparkDevError('USAGE', `Invalid value for --since: ${JSON.stringify(text)} is not a time`, {
    fix: ['--since 10m', '--since 2026-11-30T21:00:00Z'],
  });
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    throw new SparkDevError('USAGE', 'Invalid value for --grep', {
      why: error instanceof Error ? error.message : String(error),
      fix: ["--grep ' ERROR '"],
    });
  }
}
