import { applyInputArgv, applyObjects } from '../../kube/kubectl.js';
import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { loadSettings } from '../../config/load-settings.js';
import { bindingObject, parseRole, parseSubject, showSubject } from '../../namespaces/grant.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { toYaml } from '../../overlay/kustomize/render.js';
import { inStep } from '../../steps/apply.js';
import { command } from '../../command.js';

export const namespaceGrant = command({
  name: 'namespace grant',
  arguments: [{ name: '<right>', description: 'view or edit, as Kubernetes defines them' }],
  options: [
    {
      flags: '--to <subject>',
      description: 'serviceaccount:NS/NAME, user:NAME or group:NAME (default: the service account of runs)',
    },
    { flags: '--namespace <name>', description: 'namespace (default: the current one)' },
  ],
  examples: ['spark-dev namespace grant edit', 'spark-dev namespace grant view --to user:ada --namespace team-a'],
  async run(host, { args, options, global, signal }) {
    const role = parseRole(args[0]);
    const { provider } = await loadSettings(host, global);
    const cluster = await requirePreparedCluster(host, { provider, signal, namespace: options.namespace });
    const { namespace } = cluster;
    const to = options.to;
    const grant = { role, namespace, subject: parseSubject(to, namespace) };
    await requireNamespace({ host, cluster, signal }, namespace);
    const object = bindingObject(grant);
    const who = showSubject(grant.subject);
    const title = `${who} may ${role} in ${namespace}`;
    if (global.dryRun) {
      const shown = showSteps([{ title, why: 'requested; object on stdin', commands: [applyInputArgv(cluster)] }]);
      return {
        data: { action: 'would grant', ...grant, object },
        text: [...shown, ...toYaml(object).trimEnd().split('\n')],
      };
    }
    await inStep(host, title, () => applyObjects({ host, cluster, signal }, object));
    const back = ['spark-dev namespace revoke', role, ...(to === undefined ? [] : ['--to', to])].join(' ');
    const secrets = role === 'edit' ? ', and read its Secrets' : '';
    return {
      data: { action: 'granted', ...grant },
      text: [`${title}${secrets}. To undo: ${back}`],
    };
  },
});
