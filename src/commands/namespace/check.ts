import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { checkPodArgvs, describeCheckPod } from '../../namespaces/check-inside.js';
import {
  checkRights,
  describeGaps,
  getAccountArgv,
  reviewArgv,
  type RightsCheck,
} from '../../namespaces/check-rights.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import type { CommandSpec } from '../../command.js';
import { inStep } from '../../steps/apply.js';

/** As a doctor with a failing check. */
const rightsMissing = 4;

export const namespaceCheck: CommandSpec = {
  name: 'namespace check',
  makesNoFolders: true,
  arguments: [{ name: '[name]', description: 'the one in use when absent' }],
  examples: ['spark-dev namespace check', 'spark-dev namespace check team-a --json'],
  async run(host, { args, global, signal }) {
    const cluster = await requirePreparedCluster(host, { signal, namespace: args[0] });
    const { namespace } = cluster;
    const session = { host, cluster, signal };
    await requireNamespace(session, namespace);
    if (global.dryRun) {
      const { make, remove } = checkPodArgvs(session, describeCheckPod(session, namespace));
      const asked = {
        title: 'Through the API',
        why: 'as that very account',
        commands: [getAccountArgv(cluster, namespace), reviewArgv(cluster, namespace)],
      };
      const inside = { title: 'From a pod inside', why: 'with its own token', commands: [make, remove] };
      return { data: { action: 'would check', namespace }, text: showSteps([asked, inside]) };
    }
    return inStep(
      host,
      `Ask what ${cluster.serviceAccount} may do in ${namespace}, through the API and from a pod`,
      async (step) => {
        const check = await checkRights(session, namespace);
        if (!check.ok) step.failed();
        return { data: check, text: showCheck(check), ...(check.ok ? {} : { exitCode: rightsMissing }) };
      },
    );
  },
};

function showCheck(check: RightsCheck): readonly string[] {
  const { namespace, serviceAccount, rights, insideTrouble, hasAccount } = check;
  const account = `${namespace}/${serviceAccount}`;
  if (check.ok)
    return [
      `${account} may do all ${String(rights.length)} things that a driver needs, seen through the API and from a pod inside`,
    ];
  return [
    ...(hasAccount ? [] : [`there is no service account ${account}`]),
    ...describeGaps(check).map((line) => `${account} ${line}`),
    ...(insideTrouble === undefined ? [] : [`from a pod inside nothing could be asked: ${insideTrouble}`]),
    `Mend it: spark-dev namespace create ${namespace}   or: spark-dev namespace grant edit --namespace ${namespace}`,
  ];
}
