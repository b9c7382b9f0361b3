import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { loadSettings } from '../../config/load-settings.js';
import { parseRole, parseSubject, revokeArgv, showSubject } from '../../namespaces/grant.js';
import { askKubectl } from '../../kube/kubectl.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { command } from '../../command.js';

export const namespaceRevoke = command({
  name: 'namespace revoke',
  arguments: [{ name: '<right>', description: 'view or edit, as it was granted' }],
  options: [
    {
      flags: '--to <subject>',
      description: 'serviceaccount:NS/NAME, user:NAME or group:NAME (default: the service account of runs)',
    },
    { flags: '--namespace <name>', description: 'namespace (default: the current one)' },
  ],
  examples: ['spark-dev namespace revoke edit', 'spark-dev namespace revoke view --to user:ada --namespace team-a'],
  async run(host, { args, options, global, signal }) {
    const role = parseRole(args[0]);
    const { provider } = await loadSettings(host, global);
    const cluster = await requirePreparedCluster(host, { provider, signal, namespace: options.namespace });
    const { namespace } = cluster;
    const grant = { role, namespace, subject: parseSubject(options.to, namespace) };
    const session = { host, cluster, signal };
    await requireNamespace(session, namespace);
    const argv = revokeArgv(cluster, grant);
    const who = showSubject(grant.subject);
    if (global.dryRun) {
      const step = { title: `${who} may no longer ${role} in ${namespace}`, why: 'requested', commands: [argv] };
      return { data: { action: 'would revoke', ...grant }, text: showSteps([step]) };
    }
    const wasThere = (await askKubectl(session, argv)).includes('rolebinding');
    return {
      data: { action: wasThere ? 'revoked' : 'nothing', ...grant },
      text: [
        wasThere
          ? `${who} may no longer ${role} in ${namespace}`
          : `spark-dev never granted ${who} ${role} in ${namespace}`,
      ],
    };
  },
});
