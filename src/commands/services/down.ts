import { command, type CommandSpec } from '../../command.js';
import { answerDown } from '../../services/report.js';
import { findClusterService, services } from '../../services/services.js';
import { openSession } from '../../services/session.js';

export function servicesDown(known = services): CommandSpec {
  return command({
    name: 'services down',
    arguments: [{ name: '<name>', description: 'a service from services list' }],
    options: [{ flags: '--namespace <name>', description: 'namespace (default: the current one)' }],
    examples: ['spark-dev services down submit', 'spark-dev services down headlamp --dry-run'],
    async run(host, input) {
      const service = findClusterService(input.args[0] ?? '', known, 'down');
      const { session } = await openSession(host, input);
      return answerDown(session, service, {
        dryRun: input.global.dryRun,
        status: `spark-dev services status ${service.name}`,
      });
    },
  });
}
