import { command, type CommandSpec } from '../../command.js';
import { reportService, showServiceReport } from '../../services/report.js';
import { findClusterService, isClusterService, services } from '../../services/services.js';
import { openSession } from '../../services/session.js';
import { classifyHealth, listStanding, observeStanding } from '../../services/standing.js';
import { withSpark } from '../../clusters/prepared.js';

export function servicesStatus(known = services): CommandSpec {
  return command({
    name: 'services status',
    makesNoFolders: true,
    arguments: [{ name: '[name]', description: 'a service (default: all that are up in the namespace)' }],
    options: [{ flags: '--namespace <name>', description: 'namespace (default: the current one)' }],
    examples: ['spark-dev services status', 'spark-dev services status submit --json'],
    async run(host, input) {
      const [name] = input.args;
      const asked = name === undefined ? undefined : findClusterService(name, known, 'status');
      const { session: reached, settings } = await openSession(host, input);
      const session = { ...reached, cluster: withSpark(reached.cluster, settings.sparkVersion) };
      const { namespace } = session.cluster;
      const standing =
        asked === undefined
          ? (await listStanding(session)).filter(
              (one) => one.namespace === namespace && classifyHealth(one).state !== 'down',
            )
          : [await observeStanding(session, asked.name)];
      const seen = await Promise.all(
        standing.map(async (one) => {
          const service = known.filter(isClusterService).find((each) => each.name === one.service);
          if (service === undefined) return [];
          return [{ service, report: await reportService(session, service, one) }];
        }),
      );
      const shown = seen.flat();
      const nothing = [`No service is up in namespace ${namespace}: spark-dev services list`];
      return {
        data: { namespace, services: shown.map(({ report }) => report) },
        text: shown.length === 0 ? nothing : shown.flatMap(({ service, report }) => showServiceReport(service, report)),
      };
    },
  });
}
