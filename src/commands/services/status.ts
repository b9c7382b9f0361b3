import { withSpark } from '../../clusters/with-spark.js';
import { command, type CommandSpec } from '../../command.js';
import { reportService, showServiceReport } from '../../services/report.js';
import { findClusterService, isClusterService, services } from '../../services/services.js';
import { openSession } from '../../services/session.js';
import { observeStanding } from '../../services/standing.js';

export function servicesStatus(known = services): CommandSpec {
  return command({
    name: 'services status',
    makesNoFolders: true,
    arguments: [{ name: '[name]', description: 'a service; all that stand in the namespace when absent' }],
    options: [{ flags: '--namespace <name>', description: 'where; the one in use when absent' }],
    examples: ['spark-dev services status', 'spark-dev services status submit --json'],
    async run(host, input) {
      const [name] = input.args;
      const asked = name === undefined ? known.filter(isClusterService) : [findClusterService(name, known, 'status')];
      const { session, settings } = await openSession(host, input);
      const current = { ...session, cluster: withSpark(session.cluster, settings.sparkVersion) };
      const seen = await Promise.all(
        asked.map(async (service) => {
          const standing = await observeStanding(current, service.name);
          return { service, report: await reportService(current, service, standing) };
        }),
      );
      const told = name === undefined ? seen.filter(({ report }) => report.state !== 'down') : seen;
      const { namespace } = session.cluster;
      return {
        data: { namespace, services: told.map(({ report }) => report) },
        text:
          told.length === 0
            ? [`No service is up in namespace ${namespace}: spark-dev services list`]
            : told.flatMap(({ service, report }) => showServiceReport(service, report)),
      };
    },
  });
}
