import { command } from '../../command.js';
import { showBytes, showSeconds } from '../../text/sizes.js';
import { showTable } from '../../text/words.js';

export const runsList = command({
  name: 'runs list',
  makesNoFolders: true,
  examples: ['spark-dev runs list', 'spark-dev runs list --json'],
  async run(host) {
    const { listStories } = await import('../../runs/stories.js');
    const runs = await listStories(host);
    const rows = runs.map(({ runId, state, spec, end }) => [
      runId,
      state,
      spec?.context ?? spec?.target ?? '-',
      spec?.startedAt.replace(/\..*/, '').replace('T', ' ') ?? '-',
      end === undefined ? '-' : showSeconds(end.tookMs),
      end === undefined ? '-' : showBytes(end.bytes),
    ]);
    const head = ['RUN', 'STATE', 'WHERE', 'STARTED (UTC)', 'TOOK', 'SIZE'];
    const data = runs.map(({ spec, end, ...run }) => ({
      ...run,
      app: spec?.app ?? null,
      target: spec?.target ?? null,
      startedAt: spec?.startedAt ?? null,
      end: end ?? null,
    }));
    return { data: { runs: data }, text: rows.length === 0 ? ['There is no run yet'] : showTable(head, rows) };
  },
});
