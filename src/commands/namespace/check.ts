import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { accountArgvs, checkRights, describeGaps, type RightsCheck } from '../../namespaces/check-rights.js';
import { loadSettingsFor } from '../../config/load-settings.js';
import { checkPodArgvs, describeCheckPod } from '../../namespaces/check-pod.js';
import { describeDemo, runDemo, type DemoStep } from '../../namespaces/rights-demo.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { inStep } from '../../steps/apply.js';
import { showApi } from '../../namespaces/show-api.js';
import { command, type CommandResult } from '../../command.js';

/** As a doctor with a failing check. */
const rightsWrong = 4;

export const namespaceCheck = command({
  name: 'namespace check',
  makesNoFolders: true,
  arguments: [{ name: '[name]', description: 'the one in use when absent' }],
  options: [
    { flags: '--api', description: 'also show what a pod sees of the API, and that it may do nothing else' },
    { flags: '--demo', description: 'show who gets what answer, before and after a right is granted and taken back' },
    { flags: '--namespace <name>', description: 'the same as [name]' },
  ],
  examples: [
    'spark-dev namespace check',
    'spark-dev namespace check team-a --json',
    'spark-dev namespace check --api',
    'spark-dev namespace check --demo',
  ],
  async run(host, input) {
    const { args, options, global, signal } = input;
    const { provider, namespace: own } = await loadSettingsFor(host, input);
    const cluster = await requirePreparedCluster(host, { provider, signal, namespace: args[0] ?? own });
    const { namespace, serviceAccount } = cluster;
    const session = { host, cluster, signal };
    await requireNamespace(session, namespace);
    const isDemo = options.demo;
    const what = options.api ? 'facts' : 'rights';
    if (global.dryRun) {
      const pod = describeCheckPod(session, namespace);
      const { account, rights } = accountArgvs(cluster, namespace);
      const { make, ask, remove } = checkPodArgvs(session, pod);
      const steps = isDemo
        ? describeDemo(session, pod)
        : [
            { title: 'Through the API', why: 'as that very account', commands: [account, rights] },
            { title: 'From a pod inside', why: 'with its own token', commands: [make, ask(what), remove] },
          ];
      return { data: { action: 'would check', namespace, steps }, text: showSteps(steps) };
    }
    const title = `Ask what ${serviceAccount} may do in ${namespace}, through the API and from a pod`;
    return inStep(host, title, async (step) => {
      const result = isDemo
        ? showDemo(await runDemo(session, describeCheckPod(session, namespace)))
        : showCheck(await checkRights(session, namespace, what));
      if (result.exitCode !== undefined) step.failed();
      return result;
    });
  },
});

function showCheck(check: RightsCheck): CommandResult {
  const { namespace, serviceAccount, rights, insideTrouble, hasAccount, ok } = check;
  const account = `${namespace}/${serviceAccount}`;
  const needed = rights.filter(({ expected }) => expected).length;
  const nothingElse = needed < rights.length ? ' and nothing else that was asked' : '';
  const table = showApi(check);
  const proven = `${account} may do all ${String(needed)} things that a driver needs${nothingElse}, seen through the API and from a pod inside`;
  if (ok) return { data: check, text: [...table, proven] };
  return {
    data: check,
    exitCode: rightsWrong,
    text: [
      ...table,
      ...(hasAccount ? [] : [`there is no service account ${account}`]),
      ...describeGaps(check).map((line) => `${account} ${line}`),
      ...(insideTrouble === undefined ? [] : [`from a pod inside not all could be asked: ${insideTrouble}`]),
      `Fix it: spark-dev namespace create ${namespace}   or: spark-dev namespace grant edit --namespace ${namespace}`,
    ],
  };
}

function showDemo(steps: readonly DemoStep[]): CommandResult {
  const ok = steps.every(({ status, expected }) => status === expected);
  const text = [
    '# Asked in a pod as the account, with python3. To type it: in a pod of spark-dev shell or submit up, where TOKEN,',
    '# CERT and APISERVER are set, as far as its image has curl',
    ...steps.flatMap(({ title, command, status, expected }) => {
      const surprise = status === expected ? '' : `, though ${String(expected)} was expected`;
      return [`# ${title}`, command, ...(status === undefined ? [] : [`#   → ${String(status)}${surprise}`])];
    }),
    ok ? 'Each answer was as it should be' : 'Not each answer was as it should be',
  ];
  return { data: { steps, ok }, text, ...(ok ? {} : { exitCode: rightsWrong }) };
}
