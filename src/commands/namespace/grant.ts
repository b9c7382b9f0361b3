import { command, type CommandInput, type OptionSpec } from '../../command.js';
import { applyInputArgv, applyObjects, askKubectl } from '../../kube/kubectl.js';
import { bindingObject, parseRole, parseSubject, revokeArgv, showSubject, type Grant } from '../../namespaces/grant.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { openNamespace, type NamespaceSession } from '../../namespaces/session.js';
import type { Host } from '../../ports/host.js';
import { inStep } from '../../steps/apply.js';
import { showSteps } from '../../steps/show.js';
import { toYaml } from '../../overlay/kustomize/kustomization.js';

const options = [
  {
    flags: '--to <subject>',
    description: 'serviceaccount:NS/NAME, user:NAME or group:NAME (default: the service account of runs)',
  },
  { flags: '--namespace <name>', description: 'namespace (default: the current one)' },
] as const satisfies readonly OptionSpec[];

type Input = CommandInput<typeof options>;

export const namespaceGrant = command({
  name: 'namespace grant',
  arguments: [{ name: '<right>', description: 'view or edit, as Kubernetes defines them' }],
  options,
  examples: ['spark-dev namespace grant edit', 'spark-dev namespace grant view --to user:ada --namespace team-a'],
  async run(host, input) {
    const { session, grant } = await openGrant(host, input);
    const { role, namespace, subject } = grant;
    const object = bindingObject(grant);
    const title = `${showSubject(subject)} may ${role} in ${namespace}`;
    if (input.global.dryRun) {
      const commands = [applyInputArgv(session.cluster)];
      const shown = showSteps([{ title, why: 'requested; object on stdin', commands }]);
      const yaml = toYaml(object).trimEnd().split('\n');
      return { data: { action: 'would grant', ...grant, object }, text: [...shown, ...yaml] };
    }
    await inStep(host, title, () => applyObjects(session, object));
    const { to } = input.options;
    const back = ['spark-dev namespace revoke', role, ...(to === undefined ? [] : ['--to', to])].join(' ');
    const secrets = role === 'edit' ? ', and read its Secrets' : '';
    return { data: { action: 'granted', ...grant }, text: [`${title}${secrets}. To undo: ${back}`] };
  },
});

export const namespaceRevoke = command({
  name: 'namespace revoke',
  arguments: [{ name: '<right>', description: 'view or edit, as it was granted' }],
  options,
  examples: ['spark-dev namespace revoke edit', 'spark-dev namespace revoke view --to user:ada --namespace team-a'],
  async run(host, input) {
    const { session, grant } = await openGrant(host, input);
    const { role, namespace, subject } = grant;
    const argv = revokeArgv(session.cluster, grant);
    const who = showSubject(subject);
    const title = `${who} may no longer ${role} in ${namespace}`;
    if (input.global.dryRun) {
      const step = { title, why: 'requested', commands: [argv] };
      return { data: { action: 'would revoke', ...grant }, text: showSteps([step]) };
    }
    const wasThere = (await askKubectl(session, argv)).includes('rolebinding');
    const text = wasThere ? title : `spark-dev never granted ${who} ${role} in ${namespace}`;
    return { data: { action: wasThere ? 'revoked' : 'nothing', ...grant }, text: [text] };
  },
});

async function openGrant(
  host: Host,
  input: Input,
): Promise<{ readonly session: NamespaceSession; readonly grant: Grant }> {
  const role = parseRole(input.args[0]);
  const session = await openNamespace(host, input, input.options.namespace);
  const { namespace } = session.cluster;
  const subject = parseSubject(input.options.to, namespace);
  await requireNamespace(session, namespace);
  return { session, grant: { role, namespace, subject } };
}
