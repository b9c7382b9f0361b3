import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandInput, CommandResult } from '../command.js';
import { bestEffort } from '../errors/disk-error.js';
import { SparkDevError, type ErrorCode } from '../errors/spark-dev-error.js';
import { tryJson } from '../files/paths.js';
import type { Host } from '../ports/host.js';
import { waitFor } from '../time/wait-for.js';
import { listStories, type ListedRun } from './stories.js';

const lookEveryMs = 200;

/** Leaves the call to a process of its own, and ends when that has a run: until then it fails here, as if it were typed. */
export async function detachRun(
  host: Host,
  { callDetached, signal }: Pick<CommandInput, 'callDetached' | 'signal'>,
): Promise<CommandResult> {
  const { clock, directories, runner } = host;
  const begunAt = clock.now();
  const stamp = new Date(begunAt).toISOString().replaceAll(/[:.]/g, '-').slice(0, -1);
  const events = join(directories.state, 'logs', `run-${stamp}-${String(process.pid)}Z.log`);
  const how = { logFile: events, env: { SPARK_DEV_DETACH: undefined } };
  const pid = (await callDetached?.(whileNobodyLooks, how)) ?? 0;
  const look = async (): Promise<ListedRun | object | undefined> => {
    // asked before the last look at what it left
    const isOver = !runner.isAlive(pid);
    // the number of an earlier process may be the same
    const isOurs = ({ spec }: ListedRun): boolean => spec?.pid === pid && Date.parse(spec.startedAt) >= begunAt;
    return (await listStories(host)).find(isOurs) ?? (await readEnd(events)) ?? (isOver ? {} : undefined);
  };
  try {
    const found = await waitFor(clock, look, {
      until: (seen) => seen !== undefined,
      ...{ everyMs: lookEveryMs, timeoutMs: Infinity, signal },
    });
    if (found === undefined || !('runId' in found)) throw explainEnd(found ?? {}, events);
    const { runId, folder } = found;
    const log = join(folder, 'events.log');
    await bestEffort(host, `Its events stay in ${events}`, () => rename(events, log));
    return {
      data: { runId, folder, pid, events: log },
      text: [
        `${runId} runs in the background`,
        `Follow it: spark-dev runs attach ${runId}`,
        `End it: kill ${String(pid)}`,
      ],
    };
  } catch (error) {
    // it has no run yet
    if (signal.aborted) await runner.end(pid);
    throw error;
  }
}

/** For a process that nobody sees or answers. */
function whileNobodyLooks(words: readonly string[]): readonly string[] {
  return [...words.filter((word) => word !== '--detach'), '-o', 'ndjson', '--no-input'];
}

/** The last event, once there is one. */
async function readEnd(events: string): Promise<object | undefined> {
  const lines = (await readFile(events, 'utf8').catch(() => '')).trimEnd().split('\n');
  const last = tryJson(lines.findLast((line) => line.startsWith('{')) ?? '');
  const isEnd = typeof last === 'object' && last !== null && 'ok' in last;
  return isEnd ? last : undefined;
}

function explainEnd(end: object, log: string): SparkDevError {
  const { error } = end as {
    readonly error?: {
      readonly code: ErrorCode;
      readonly what: string;
      readonly why?: string;
      readonly fix?: readonly string[];
    };
  };
  if (error === undefined)
    return new SparkDevError('TOOL_FAILED', 'The background process ended without a run', {
      why: 'It was killed, or could not start.',
      fix: ['Run it without --detach'],
      log,
    });
  const { code, what, why, fix = [] } = error;
  return new SparkDevError(code, what, { ...(why === undefined ? {} : { why }), fix, log });
}
