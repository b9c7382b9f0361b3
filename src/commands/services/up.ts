import { command, type CommandSpec } from '../../command.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { applyUp, confirmReplacing, planUp } from '../../services/manage.js';
import { reportService } from '../../services/report.js';
import { findClusterService, flagsOf, isClusterService, refuseOtherFlags, services } from '../../services/services.js';
import { openSession } from '../../services/session.js';
import { showSteps } from '../../steps/show.js';
import { capitalise } from '../../text/words.js';
import { toYaml } from '../../overlay/kustomize/kustomization.js';
import { withSpark } from '../../clusters/prepared.js';

export function servicesUp(known = services): CommandSpec {
  return command({
    name: 'services up',
    arguments: [{ name: '<name>', description: 'a service from services list' }],
    options: [
      { flags: '--namespace <name>', description: 'namespace (default: the current one)' },
      ...known.filter(isClusterService).flatMap(flagsOf),
    ],
    examples: ['spark-dev services up submit', 'spark-dev services up headlamp --dry-run'],
    async run(host, input) {
      const { options, global } = input;
      const service = findClusterService(input.args[0] ?? '', known, 'up');
      refuseOtherFlags(service, known, input);
      service.readOptions(options);
      const { session: reached, settings } = await openSession(host, input);
      const session = { ...reached, cluster: withSpark(reached.cluster, settings.sparkVersion) };
      const { namespace } = session.cluster;
      await requireNamespace(session, namespace);
      const plan = await planUp(session, service, { values: options, settings });
      const { steps, objects } = plan;
      const { name } = service;
      const title = capitalise(service.title);
      if (global.dryRun) {
        const yaml = objects.flatMap((object) => ['---', ...toYaml(object).trimEnd().split('\n')]);
        const unchanged = [`${title} is unchanged in namespace ${namespace}`];
        return {
          data: { name, action: steps.length === 0 ? 'unchanged' : 'would bring up', namespace, steps, objects },
          text: steps.length === 0 ? unchanged : [...showSteps(steps), ...yaml],
        };
      }
      await confirmReplacing(session, plan);
      const report = await reportService(session, service, await applyUp(session, plan));
      const action = steps.some(({ id }) => id === 'apply') ? 'up' : 'unchanged';
      return {
        data: { action, ...report },
        text: [`${title} is ${action} in namespace ${namespace}. Next: ${service.next(namespace)}`],
      };
    },
  });
}
