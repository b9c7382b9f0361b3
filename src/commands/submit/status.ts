import { command } from '../../command.js';
import { openSession } from '../../services/session.js';
import { observeService, upWords } from '../../services/submit/observe-service.js';
import { describeSubmit } from '../../services/submit/service.js';
import { withSpark } from '../../clusters/prepared.js';

export const submitStatus = command({
  name: 'submit status',
  makesNoFolders: true,
  options: [{ flags: '--namespace <name>', description: 'namespace (default: the current one)' }],
  examples: ['spark-dev submit status', 'spark-dev submit status --json'],
  async run(host, input) {
    const { session, settings } = await openSession(host, input);
    const { namespace, sparkImage } = withSpark(session.cluster, settings.sparkVersion);
    const seen = await observeService(session);
    if (seen === undefined) {
      return {
        data: { state: 'down', namespace },
        text: [`The submit service is not up in namespace ${namespace}: ${upWords(namespace)}`],
      };
    }
    const { pod, image } = seen;
    const isReady = pod?.ready === true;
    const since = pod === undefined ? '' : `, since ${pod.since}, ${String(pod.restarts)} restarts`;
    return {
      data: { state: isReady ? 'up' : 'coming', namespace, current: image === sparkImage, ...seen },
      text: [
        `pod      ${pod?.name ?? 'missing'}${since}`,
        ...describeSubmit(seen, sparkImage),
        ...seen.clients.map(({ runId, name }) => `driver   ${runId} (${name})`),
        isReady ? 'Ready: spark-dev submit exec sparkpi' : 'The pod is not ready yet',
      ],
    };
  },
});
