import type { CommandResult } from '../../command.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { chooseLocalPort } from '../../kube/port-forward/local-port.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { removeObjectsArgvs } from '../change.js';
import { applyDown, applyUp, planDown, planUp, type UpPlan, type UpRequest } from '../manage.js';
import { openPage, planPage } from '../open.js';
import { observeObject, standingWorkloads } from '../standing.js';
import { headlampPort, headlampService, tokenArgv } from './service.js';

export interface HeadlampVisit extends UpRequest {
  readonly browser: boolean;
  /** Asked for by flag: then strict. */
  readonly port: number | undefined;
}

/** Headlamp for as long as a person looks: what is brought up for them goes with them. */
export async function visitHeadlamp(session: NamespaceSession, visit: HeadlampVisit): Promise<object> {
  const { port, browser } = visit;
  // before anything is made
  if (port !== undefined) await chooseLocalPort(headlampPort, port);
  const plan = await planUp(session, headlampService, visit);
  const stays = stood(plan);
  const farewell = stays ? 'Ctrl-C ends this; Headlamp stays up' : 'Ctrl-C ends and removes it';
  try {
    await applyUp(session, plan);
    await openPage(session, await planPage(session, headlampService, port), { browser, farewell });
  } finally {
    // also after Ctrl-C
    const after = { ...session, signal: new AbortController().signal };
    if (!stays) await applyDown(after, await planDown(after, headlampService));
  }
  return { opened: headlampService.name, admin: visit.values['admin'] === true };
}

export async function describeVisit(session: NamespaceSession, visit: HeadlampVisit): Promise<CommandResult> {
  const { cluster } = session;
  const plan = await planUp(session, headlampService, visit);
  const commands = [...plan.steps.flatMap((step) => step.commands), tokenArgv(cluster)];
  const removes = stood(plan) ? [] : removeObjectsArgvs(cluster, plan.objects.map(observeObject));
  return {
    data: { commands, objects: plan.objects, removes },
    text: [...commands.map(quoteArgv), '# and when you leave:', ...removes.map(quoteArgv)],
  };
}

function stood({ standing }: UpPlan): boolean {
  return standingWorkloads(standing).length > 0;
}
