import { command, type CommandSpec } from '../../command.js';
import { isClusterService, services } from '../../services/services.js';
import { openSession } from '../../services/session.js';
import { classifyHealth, listStanding, standingWorkloads } from '../../services/standing.js';
import { showTable } from '../../text/words.js';

export function servicesList(known = services): CommandSpec {
  return command({
    name: 'services list',
    makesNoFolders: true,
    examples: ['spark-dev services list', 'spark-dev services list --json'],
    async run(host, input) {
      const { session } = await openSession(host, input);
      const standing = (await listStanding(session)).map((one) => {
        const { state, why } = classifyHealth(one);
        return { name: one.service, namespace: one.namespace, state, why, since: standingWorkloads(one)[0]?.since };
      });
      const found = known.map((service) => ({
        name: service.name,
        summary: service.summary,
        verbs: isClusterService(service) ? ['up', 'status', 'open', 'down'] : ['open'],
        standing: standing.filter(({ name, state }) => name === service.name && state !== 'down'),
      }));
      const rows = found.flatMap(({ name, summary, verbs, standing: all }) =>
        all.length === 0
          ? [[name, verbs.includes('up') ? 'down' : '', '', summary]]
          : all.map(({ state, namespace }) => [name, state, namespace, summary]),
      );
      return { data: { services: found }, text: showTable(['SERVICE', 'STATE', 'NAMESPACE', 'DESCRIPTION'], rows) };
    },
  });
}
