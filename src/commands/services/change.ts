import { withSpark } from '../../clusters/prepared.js';
import { command, type CommandInput, type CommandResult, type CommandSpec } from '../../command.js';
import type { SettingOptions } from '../../config/resolve.js';
import { requireNamespace } from '../../namespaces/require-namespace.js';
import { toYaml } from '../../overlay/kustomize/kustomization.js';
import type { Host } from '../../ports/host.js';
import { applyDown, applyUp, confirmReplacing, planDown, planUp } from '../../services/manage.js';
import { reportService } from '../../services/report.js';
import type { ClusterService } from '../../services/service.js';
import {
  findClusterService,
  flagsOf,
  isClusterService,
  namespaceFlag,
  openSession,
  refuseOtherFlags,
  services,
} from '../../services/services.js';
import { submitService } from '../../services/submit/service.js';
import { showSteps } from '../../steps/show.js';
import { capitalise } from '../../text/words.js';

export function servicesUp(known = services): CommandSpec {
  return command({
    name: 'services up',
    arguments: [{ name: '<name>', description: 'a service from services list' }],
    options: [namespaceFlag, ...known.filter(isClusterService).flatMap(flagsOf)],
    examples: ['spark-dev services up submit', 'spark-dev services up headlamp --dry-run'],
    async run(host, input) {
      const service = findClusterService(input.args[0] ?? '', known, 'up');
      refuseOtherFlags(service, known, input);
      return answerUp(host, input, service);
    },
  });
}

export const submitUp = command({
  name: 'submit up',
  options: [namespaceFlag, ...submitService.flags],
  examples: ['spark-dev submit up', 'spark-dev submit up --pod-memory 3g --namespace team-a'],
  run: (host, input) => answerUp(host, input, submitService),
});

type Input = CommandInput & { readonly options: SettingOptions };

async function answerUp(host: Host, input: Input, service: ClusterService): Promise<CommandResult> {
  const { options, global } = input;
  // throws for a wrong value before anything is asked
  service.readOptions(options);
  const { session: reached, settings } = await openSession(host, input);
  const session = { ...reached, cluster: withSpark(reached.cluster, settings.sparkVersion) };
  const { namespace } = session.cluster;
  await requireNamespace(session, namespace);
  const plan = await planUp(session, service, { values: options, settings });
  const { steps, objects } = plan;
  const title = capitalise(service.title);
  if (global.dryRun) {
    const action = steps.length === 0 ? 'unchanged' : 'would bring up';
    const yaml = objects.flatMap((object) => ['---', ...toYaml(object).trimEnd().split('\n')]);
    return {
      data: { name: service.name, action, namespace, steps, objects },
      text: steps.length === 0 ? [`${title} is unchanged in namespace ${namespace}`] : [...showSteps(steps), ...yaml],
    };
  }
  await confirmReplacing(session, plan);
  const report = await reportService(session, service, await applyUp(session, plan));
  const action = steps.some(({ id }) => id === 'apply') ? 'up' : 'unchanged';
  return {
    data: { action, ...report },
    text: [`${title} is ${action} in namespace ${namespace}. Next: ${service.next(namespace)}`],
  };
}

export function servicesDown(known = services): CommandSpec {
  return command({
    name: 'services down',
    arguments: [{ name: '<name>', description: 'a service from services list' }],
    options: [namespaceFlag],
    examples: ['spark-dev services down submit', 'spark-dev services down headlamp --dry-run'],
    run: async (host, input) => answerDown(host, input, findClusterService(input.args[0] ?? '', known, 'down')),
  });
}

export const submitDown = command({
  name: 'submit down',
  options: [namespaceFlag],
  examples: ['spark-dev submit down', 'spark-dev submit down --dry-run'],
  run: (host, input) => answerDown(host, input, submitService),
});

async function answerDown(host: Host, input: Input, service: ClusterService): Promise<CommandResult> {
  const { session } = await openSession(host, input);
  const { namespace } = session.cluster;
  const title = capitalise(service.title);
  const plan = await planDown(session, service);
  const { commands, keepsWorkload } = plan;
  const kept = `${title} was not started by this home and is kept in namespace ${namespace}`;
  if (commands.length === 0) {
    const text = [keepsWorkload ? kept : `${title} is not up in namespace ${namespace}`];
    return { data: { action: 'nothing', namespace }, text };
  }
  if (input.global.dryRun) {
    const step = { title: `Stop ${service.title}`, why: 'requested', commands };
    return { data: { action: 'would take down', namespace, commands }, text: showSteps([step]) };
  }
  const gone = await applyDown(session, plan);
  const stopping = `${title} is still stopping: spark-dev services status ${service.name}`;
  return {
    data: { action: 'down', namespace, gone },
    text: [!gone ? stopping : keepsWorkload ? kept : `${title} is down`],
    ...(gone ? {} : { exitCode: 1 }),
  };
}
