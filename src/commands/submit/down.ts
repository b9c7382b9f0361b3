import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { loadSettingsFor } from '../../config/load-settings.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { command } from '../../command.js';
import { listBusy } from '../../services/submit/list-busy.js';
import { observeService } from '../../services/submit/observe-service.js';
import { takeDown, takeDownArgv } from '../../services/submit/take-down.js';

export const submitDown = command({
  name: 'submit down',
  options: [{ flags: '--namespace <name>', description: 'where; the one in use when absent' }],
  examples: ['spark-dev submit down', 'spark-dev submit down --dry-run'],
  async run(host, input) {
    const { global, signal } = input;
    const { provider, namespace: asked } = await loadSettingsFor(host, input);
    const cluster = await requirePreparedCluster(host, { provider, namespace: asked, signal });
    const session = { host, cluster, signal };
    const { namespace } = cluster;
    const seen = await observeService(session);
    if (seen === undefined)
      return {
        data: { action: 'nothing', namespace },
        text: [`The submit service is not up in namespace ${namespace}`],
      };
    if (global.dryRun) {
      const commands = [takeDownArgv(cluster)];
      const step = { title: 'Take the submit service down', why: 'as asked', commands };
      return { data: { action: 'would take down', namespace, commands }, text: showSteps([step]) };
    }
    const busy = await listBusy(session, seen);
    if (busy.length > 0) {
      host.ui.warn(`At work in it: ${busy.join(', ')}`);
      if (!(await host.ui.confirm('End them?'))) throw new SparkDevError('CANCELLED', 'The submit service stays up');
    }
    const isGone = await takeDown(session);
    return {
      data: { action: 'down', namespace, gone: isGone },
      text: [
        isGone
          ? 'The submit service is down'
          : 'The submit service is going, but not gone yet: spark-dev submit status',
      ],
      ...(isGone ? {} : { exitCode: 1 }),
    };
  },
});
