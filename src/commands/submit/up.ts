import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { withSpark } from '../../clusters/with-spark.js';
import { loadSettingsFor } from '../../config/load-settings.js';
import { readMemoryMb } from '../../config/memory-size.js';
import { readFlag } from '../../config/resolve.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { toYaml } from '../../overlay/kustomize/render.js';
import { command } from '../../command.js';
import { bringUp, planService } from '../../services/submit/bring-up.js';
import { listBusy } from '../../services/submit/list-busy.js';
import { observeService } from '../../services/submit/observe-service.js';
import { serviceObject, usualMemoryMb } from '../../services/submit/submit-service.js';

export const submitUp = command({
  name: 'submit up',
  options: [
    { flags: '--namespace <name>', description: 'where; the one in use when absent' },
    { flags: '--pod-memory <size>', description: 'what all drivers in it may use together (2g)' },
  ],
  examples: ['spark-dev submit up', 'spark-dev submit up --pod-memory 3g --namespace team-a'],
  async run(host, input) {
    const { options, global, signal } = input;
    const wanted = readFlag(options.podMemory, '--pod-memory', '2g or 2048m', readMemoryMb);
    const { provider, namespace: asked, sparkVersion } = await loadSettingsFor(host, input);
    const prepared = await requirePreparedCluster(host, { provider, namespace: asked, signal });
    const cluster = withSpark(prepared, sparkVersion);
    const { namespace, serviceAccount, sparkImage: image, home } = cluster;
    const session = { host, cluster, signal };
    await requireNamespace(session, namespace);
    const seen = await observeService(session);
    const memoryMb = wanted ?? seen?.memoryMb ?? usualMemoryMb;
    const step = planService(cluster, seen, memoryMb);
    if (global.dryRun) {
      const object = serviceObject({ namespace, serviceAccount, image, memoryMb, home });
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
    const where = options.namespace !== undefined ? ` --namespace ${namespace}` : '';
    return {
      data: { action, namespace, pod: pod.name, image, memoryMb },
      text: [
        `The submit service is ${action} (${pod.name}). Start a job from it: spark-dev submit exec sparkpi${where}`,
      ],
    };
  },
});
