import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { withSpark } from '../../clusters/with-spark.js';
import { loadSettingsFor } from '../../config/load-settings.js';
import { command } from '../../command.js';
import { observeService, type ObservedService } from '../../services/submit/observe-service.js';
import { upWords } from '../../services/submit/submit-service.js';

export const submitStatus = command({
  name: 'submit status',
  makesNoFolders: true,
  options: [{ flags: '--namespace <name>', description: 'where; the one in use when absent' }],
  examples: ['spark-dev submit status', 'spark-dev submit status --json'],
  async run(host, input) {
    const { signal } = input;
    const { provider, namespace: asked, sparkVersion } = await loadSettingsFor(host, input);
    const prepared = await requirePreparedCluster(host, { provider, namespace: asked, signal });
    const cluster = withSpark(prepared, sparkVersion);
    const { namespace, sparkImage } = cluster;
    const seen = await observeService({ host, cluster, signal });
    if (seen === undefined) {
      return {
        data: { state: 'down', namespace },
        text: [`The submit service is not up in namespace ${namespace}: ${upWords(namespace)}`],
      };
    }
    const isReady = seen.pod?.ready === true;
    return {
      data: { state: isReady ? 'up' : 'coming', namespace, current: seen.image === sparkImage, ...seen },
      text: [
        ...describe(seen, sparkImage),
        isReady ? 'Ready: spark-dev submit exec sparkpi' : 'Its pod is not ready yet',
      ],
    };
  },
});

function describe({ pod, image, memoryMb, clients }: ObservedService, current: string): readonly string[] {
  const old = image === current ? '' : `   (not the current one, ${current}: spark-dev submit up)`;
  return [
    `pod      ${pod?.name ?? 'not there'}${pod === undefined ? '' : `, since ${pod.since}, ${String(pod.restarts)} restarts`}`,
    `image    ${image}${old}`,
    `memory   ${String(memoryMb)} MB for all drivers in it`,
    ...clients.map(({ runId, name }) => `driver   ${runId} (${name})`),
  ];
}
