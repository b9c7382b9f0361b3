import { withSpark } from '../../clusters/prepared.js';
import { command, type CommandInput, type CommandSpec } from '../../command.js';
import type { SettingOptions } from '../../config/resolve.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import type { Host } from '../../ports/host.js';
import { reportService, showServiceReport } from '../../services/report.js';
import { findClusterService, isClusterService, namespaceFlag, openSession, services } from '../../services/services.js';
import {
  classifyHealth,
  listStanding,
  observeStanding,
  standingWorkloads,
  statusKinds,
  type Standing,
} from '../../services/standing.js';
import { submitService } from '../../services/submit/service.js';
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

export function servicesStatus(known = services): CommandSpec {
  return command({
    name: 'services status',
    makesNoFolders: true,
    arguments: [{ name: '[name]', description: 'a service (default: all that are up in the namespace)' }],
    options: [namespaceFlag],
    examples: ['spark-dev services status', 'spark-dev services status submit --json'],
    async run(host, input) {
      const [name] = input.args;
      const asked = name === undefined ? undefined : findClusterService(name, known, 'status');
      const session = await openForStatus(host, input);
      const { namespace } = session.cluster;
      const isUp = (one: Standing): boolean => one.namespace === namespace && classifyHealth(one).state !== 'down';
      const standing =
        asked === undefined
          ? (await listStanding(session)).filter(isUp)
          : [await observeStanding(session, asked.name, statusKinds)];
      const shown = await Promise.all(
        standing.flatMap((one) => {
          const service = known.filter(isClusterService).find((each) => each.name === one.service);
          return service === undefined
            ? []
            : reportService(session, service, one).then((report) => ({ service, report }));
        }),
      );
      const nothing = [`No service is up in namespace ${namespace}: spark-dev services list`];
      return {
        data: { namespace, services: shown.map(({ report }) => report) },
        text: shown.length === 0 ? nothing : shown.flatMap(({ service, report }) => showServiceReport(service, report)),
      };
    },
  });
}

export const submitStatus = command({
  name: 'submit status',
  makesNoFolders: true,
  options: [namespaceFlag],
  examples: ['spark-dev submit status', 'spark-dev submit status --json'],
  async run(host, input) {
    const session = await openForStatus(host, input);
    const standing = await observeStanding(session, submitService.name, statusKinds);
    const report = await reportService(session, submitService, standing);
    return { data: report, text: showServiceReport(submitService, report) };
  },
});

/** With the Spark image that the settings choose: a service with another one is outdated. */
async function openForStatus(
  host: Host,
  input: CommandInput & { readonly options: SettingOptions },
): Promise<NamespaceSession> {
  const { session, settings } = await openSession(host, input);
  return { ...session, cluster: withSpark(session.cluster, settings.sparkVersion) };
}
