import { text } from 'node:stream/consumers';
import type { Host } from '../../ports/host.js';
import { readStage, type LogRecord } from '../../spark/log-patterns.js';

/** By stage. */
type Tasks = ReadonlyMap<number, { readonly done: number; readonly all: number }>;

/** Answering costs the driver two seconds of CPU the first time: only ask one that tells nothing by itself. */
const quietForMs = 5000;
const everyMs = 1000;
const answersWithinMs = 15_000;

/** The running stages and their tasks, for the live line. Spark's INFO log tells them for free; where that is turned off, its UI does. */
export function trackTasks(host: Host, onNote: (note: string) => void) {
  const stages = new Map<number, { readonly done: number; readonly all: number }>();
  let logTells = false;
  return {
    see: (record: LogRecord): void => {
      const news = readStage(record);
      if (news === undefined) return;
      logTells = true;
      if (news.tasks === undefined) stages.delete(news.stage);
      else stages.set(news.stage, news.tasks);
      onNote(describeTasks(stages));
    },
    /** Asks the UI at that address until the signal, if someone looks at the live line. */
    ask: async (url: string, signal: AbortSignal): Promise<void> => {
      if (!host.ui.interactive) return;
      await host.clock.sleep(quietForMs, signal);
      while (!logTells) {
        onNote(describeTasks(await askStages(host, url, signal).catch(() => new Map<number, never>())));
        await host.clock.sleep(everyMs, signal);
      }
    },
  };
}

/** https://spark.apache.org/docs/latest/monitoring.html#rest-api */
async function askStages(host: Host, url: string, signal: AbortSignal): Promise<Tasks> {
  const ask = async (path: string): Promise<unknown> => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(answersWithinMs)]);
    const answer = await host.http.get(`${url}/api/v1/applications${path}`, { signal: bounded, mostBytes: 1e7 });
    return JSON.parse(await text(answer.body));
  };
  const [application] = (await ask('')) as readonly { readonly id: string }[];
  const stages = (await ask(`/${application?.id ?? ''}/stages?status=active`)) as readonly {
    readonly stageId: number;
    readonly numTasks: number;
    readonly numCompleteTasks: number;
  }[];
  return new Map(stages.map((one) => [one.stageId, { done: one.numCompleteTasks, all: one.numTasks }]));
}

function describeTasks(stages: Tasks): string {
  if (stages.size === 0) return '';
  const sum = (which: 'done' | 'all'): number => [...stages.values()].reduce((total, one) => total + one[which], 0);
  const names = [...stages.keys()].sort((a, b) => a - b).join(', ');
  return `${stages.size === 1 ? 'stage' : 'stages'} ${names}: ${String(sum('done'))}/${String(sum('all'))} tasks`;
}
