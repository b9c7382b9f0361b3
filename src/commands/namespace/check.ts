import { showSteps } from '../../steps/show.js';
import { accountArgvs, checkRights, describeGaps, type RightsCheck, showApi } from '../../namespaces/check-rights.js';
import { loadSettingsFor } from '../../config/load-settings.js';
import { describeCheckPod } from '../../namespaces/check-pod.js';
import { describeDemo, runDemo, type DemoStep } from '../../namespaces/rights-demo.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { inStep } from '../../steps/apply.js';
import { command, type CommandResult } from '../../command.js';
import { requirePreparedCluster } from '../../clusters/providers.js';

/** The exit code of doctor with a failed check. */
const rightsWrong = 4;

export const namespaceCheck = command({
  name: 'namespace check',
  makesNoFolders: true,
  arguments: [{ name: '[name]', description: 'namespace (default: the current one)' }],
  options: [
    { flags: '--api', description: 'also show the API as a pod sees it, and check that other rights are refused' },
    { flags: '--demo', description: 'show the answers to API requests from a pod, before and after granting a right' },
    { flags: '--namespace <name>', description: 'same as [name]' },
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
      const pod = describeCheckPod(session);
      const { account, rights } = accountArgvs(cluster);
      const steps = isDemo
        ? describeDemo(session, pod)
        : [
            { title: 'Through the API', why: 'as the service account', commands: [account, rights] },
            { title: 'From a pod', why: 'with the token of the pod', commands: [pod.make, pod.ask(what), pod.remove] },
          ];
      return { data: { action: 'would check', namespace, steps }, text: showSteps(steps) };
    }
    const title = `Check the rights of ${serviceAccount} in ${namespace}, through the API and from a pod`;
    return inStep(host, title, async (step) => {
      const result = isDemo
        ? showDemo(await runDemo(session, describeCheckPod(session)))
        : showCheck(await checkRights(session, what));
      if (result.exitCode !== undefined) step.failed();
      return result;
    });
  },
});

function showCheck(check: RightsCheck): CommandResult {
  const { namespace, serviceAccount, rights, insideTrouble, hasAccount, ok } = check;
  const account = `${namespace}/${serviceAccount}`;
  const needed = rights.filter(({ expected }) => expected).length;
  const nothingElse = needed < rights.length ? ', and none of the other rights checked' : '';
  const table = showApi(check);
  const proven = `${account} has all ${String(needed)} rights that a driver needs${nothingElse}; checked through the API and from a pod`;
  if (ok) return { data: check, text: [...table, proven] };
  return {
    data: check,
    exitCode: rightsWrong,
    text: [
      ...table,
      ...(hasAccount ? [] : [`service account ${account} does not exist`]),
      ...describeGaps(check).map((line) => `${account} ${line}`),
      ...(insideTrouble === undefined ? [] : [`some checks from a pod failed: ${insideTrouble}`]),
      `Fix: spark-dev namespace create ${namespace}   or: spark-dev namespace grant edit --namespace ${namespace}`,
    ],
  };
}

function showDemo(steps: readonly DemoStep[]): CommandResult {
  const ok = steps.every(({ status, expected }) => status === expected);
  const text = [
    '# Sent with python3 from a pod with the service account. To try it yourself: use a pod of spark-dev shell or',
    '# submit up, which sets TOKEN, CERT and APISERVER, if its image has curl',
    ...steps.flatMap(({ title, command, status, expected }) => {
      const surprise = status === expected ? '' : `, expected ${String(expected)}`;
      return [`# ${title}`, command, ...(status === undefined ? [] : [`#   → ${String(status)}${surprise}`])];
    }),
    ok ? 'All answers were as expected' : 'Some answers were unexpected',
  ];
  return { data: { steps, ok }, text, ...(ok ? {} : { exitCode: rightsWrong }) };
}
