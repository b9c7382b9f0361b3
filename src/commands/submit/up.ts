import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { withSpark } from '../../clusters/with-spark.js';
import { loadSettings } from '../../config/load-settings.js';
import { readMemoryMb } from '../../config/memory-size.js';
import { readFlag, resolveSettings } from '../../config/resolve.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { toYaml } from '../../overlay/kustomize/render.js';
import type { CommandSpec } from '../../command.js';
import { bringUp, planService } from '../../services/submit/bring-up.js';
import { listBusy } from '../../services/submit/list-busy.js';
import { observeService } from '../../services/submit/observe-service.js';
import { serviceObject, usualMemoryMb } from '../../services/submit/submit-service.js';

export const submitUp: CommandSpec = {
  name: 'submit up',
  options: [
    { flags: '--namespace <name>', description: 'where; the one in use when absent' },
    { flags: '--pod-memory <size>', description: 'what all drivers in it may use together (2g)' },
  ],
  examples: ['spark-dev submit up', 'spark-dev submit up --pod-memory 3g --namespace team-a'],
  async run(host, { options, variables, global, signal }) {
    const wanted = readFlag(options, 'podMemory', '--pod-memory', '2g or 2048m', readMemoryMb);
    const settings = resolveSettings(options, await loadSettings(host), variables);
    const prepared = await requirePreparedCluster(host, { signal, namespace: settings.namespace });
    const cluster = withSpark(prepared, settings.sparkVersion);
    const { namespace, serviceAccount, sparkImage: image } = cluster;
    const session = { host, cluster, signal };
    await requireNamespace(session, namespace);
    const seen = await observeService(session);
    const memoryMb = wanted ?? seen?.memoryMb ?? usualMemoryMb;
    const step = planService(cluster, seen, memoryMb);
    if (global.dryRun) {
      const object = serviceObject({ namespace, serviceAccount, image, memoryMb });
      const text = step === undefined ? [] : [...showSteps([step]), ...toYaml(object).trimEnd().split('\n')];
      return { data: { action: step === undefined ? 'nothing' : 'would bring up', namespace, object }, text };
    }
    const busy = step === undefined ? [] : await listBusy(session, seen);
    if (step !== undefined && busy.length > 0) {
      host.ui.warn(`It is replaced, because ${step.why}; at work in it: ${busy.join(', ')}`);
      if (!(await host.ui.confirm('End them?')))
        throw new SparkDevError('CANCELLED', 'The submit service stays as it is');
    }
    const pod = await bringUp(session, seen, memoryMb);
    const action = step === undefined ? 'up already' : 'up';
    const where = typeof options['namespace'] === 'string' ? ` --namespace ${namespace}` : '';
    return {
      data: { action, namespace, pod: pod.name, image, memoryMb },
      text: [
        `The submit service is ${action} (${pod.name}). Start a job from it: spark-dev submit exec sparkpi${where}`,
      ],
    };
  },
};
