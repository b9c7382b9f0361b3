import { requirePreparedCluster } from '../../clusters/prepare/require-prepared.js';
import { showSteps } from '../../steps/show.js';
import { loadSettings } from '../../config/load-settings.js';
import { resolveSettings } from '../../config/resolve.js';
import { askedKey } from '../../namespaces/api-access.js';
import { describeDemo, runDemo, type DemoStep } from '../../namespaces/api-demo.js';
import { checkApi, type ApiCheck } from '../../namespaces/check-api.js';
import { checkPodArgvs, describeCheckPod } from '../../namespaces/check-inside.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import type { CommandResult, CommandSpec } from '../../command.js';
import { inStep } from '../../steps/apply.js';

/** As a doctor with a failing check. */
const apiWrong = 4;

export const checkApiCommand: CommandSpec = {
  name: 'check api',
  makesNoFolders: true,
  options: [
    { flags: '--demo', description: 'show who gets what answer, before and after a right is granted and taken back' },
    { flags: '--namespace <name>', description: 'where; the one in use when absent' },
  ],
  examples: ['spark-dev check api', 'spark-dev check api --demo', 'spark-dev check api --json'],
  async run(host, { options, variables, global, signal }) {
    const settings = resolveSettings(options, await loadSettings(host), variables);
    const cluster = await requirePreparedCluster(host, { signal, namespace: settings.namespace });
    const { namespace } = cluster;
    const session = { host, cluster, signal };
    await requireNamespace(session, namespace);
    const pod = describeCheckPod(session, namespace);
    if (global.dryRun) {
      const { make, remove } = checkPodArgvs(session, pod);
      const inside = { title: 'A pod as the account', why: 'it asks, and goes', commands: [make, remove] };
      const steps = options['demo'] === true ? describeDemo(session, pod) : [inside];
      return { data: { action: 'would check', namespace, steps }, text: showSteps(steps) };
    }
    const title = `Ask the API from a pod as ${namespace}/${cluster.serviceAccount}`;
    return inStep(host, title, async (step) => {
      const result =
        options['demo'] === true ? showDemo(await runDemo(session, pod)) : showCheck(await checkApi(session, pod));
      if (result.exitCode !== undefined) step.failed();
      return result;
    });
  },
};

function showCheck(check: ApiCheck): CommandResult {
  const { facts, rights, troubles, ok } = check;
  const row = (name: string, value: string | undefined): string => `${name.padEnd(11)}${value ?? 'not known'}`;
  const until = (what: { readonly until: string } | undefined): string =>
    what === undefined ? '' : `, until ${what.until}`;
  const anonymous = facts.anonymous === undefined ? undefined : `${String(facts.anonymous)} for who brings no token`;
  const width = Math.max(...rights.map((right) => askedKey(right).length)) + 2;
  const table = rights.map((right) => {
    const answer = right.answer === undefined ? 'not known' : right.answer ? 'allowed' : 'denied';
    const mark = right.answer === right.expected ? 'ok' : '! ';
    return `  ${mark} ${answer.padEnd(10)}${askedKey(right).padEnd(width)}${right.why}`;
  });
  return {
    data: check,
    text: [
      row('token', `${facts.token?.account ?? 'not known'}${until(facts.token)}   $TOKEN is its path`),
      row('authority', `${facts.authority?.subject ?? 'not known'}${until(facts.authority)}   $CERT is its path`),
      row('namespace', facts.namespace),
      row('dns', facts.address === undefined ? undefined : `kubernetes.default.svc is ${facts.address}`),
      row('api', facts.version),
      row('anonymous', anonymous),
      ...table,
      ...troubles.map((trouble) => `! ${trouble}`),
      ok
        ? 'The account reaches the API, may do what a driver needs, and no more'
        : 'Not as it should be: spark-dev namespace create puts the rights back',
    ],
    ...(ok ? {} : { exitCode: apiWrong }),
  };
}

function showDemo(steps: readonly DemoStep[]): CommandResult {
  const ok = steps.every(({ status, expected }) => status === expected);
  return {
    data: { steps, ok },
    text: [
      '# Asked in a pod as the account, with python3. To type it: in a pod of spark-dev shell or submit up, where TOKEN,',
      '# CERT and APISERVER are set, as far as its image has curl',
      ...steps.flatMap(({ title, command, status, expected }) => [
        `# ${title}`,
        command,
        ...(status === undefined
          ? []
          : [`#   → ${String(status)}${status === expected ? '' : `, though ${String(expected)} was expected`}`]),
      ]),
      ok ? 'Each answer was as it should be' : 'Not each answer was as it should be',
    ],
    ...(ok ? {} : { exitCode: apiWrong }),
  };
}
