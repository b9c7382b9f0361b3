import { showSteps } from '../../steps/show.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { command } from '../../command.js';
import { confirmReplacing, planUp } from '../../services/manage.js';
import { openSession } from '../../services/session.js';
import { bringUp } from '../../services/submit/require-service.js';
import { submitService } from '../../services/submit/service.js';
import { toYaml } from '../../overlay/kustomize/kustomization.js';
import { withSpark } from '../../clusters/prepared.js';

export const submitUp = command({
  name: 'submit up',
  options: [
    { flags: '--namespace <name>', description: 'namespace (default: the current one)' },
    ...submitService.flags,
  ],
  examples: ['spark-dev submit up', 'spark-dev submit up --pod-memory 3g --namespace team-a'],
  async run(host, input) {
    const { options, global } = input;
    submitService.readOptions(options);
    const { session: reached, settings } = await openSession(host, input);
    const cluster = withSpark(reached.cluster, settings.sparkVersion);
    const session = { ...reached, cluster };
    const { namespace, sparkImage: image } = cluster;
    await requireNamespace(session, namespace);
    const plan = await planUp(session, submitService, { values: options, settings });
    const isChanged = plan.steps.some(({ id }) => id === 'apply');
    if (global.dryRun) {
      const [object] = plan.objects;
      const text = isChanged ? [...showSteps(plan.steps), ...toYaml(object).trimEnd().split('\n')] : [];
      return { data: { action: isChanged ? 'would bring up' : 'nothing', namespace, object }, text };
    }
    await confirmReplacing(session, plan);
    const { pod, memoryMb } = await bringUp(session, plan);
    const action = isChanged ? 'up' : 'up already';
    const where = options.namespace !== undefined ? ` --namespace ${namespace}` : '';
    return {
      data: { action, namespace, pod: pod.name, image, memoryMb },
      text: [`The submit service is ${action} (${pod.name}). Start a job: spark-dev submit exec sparkpi${where}`],
    };
  },
});
