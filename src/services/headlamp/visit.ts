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
  /** Set by flag; the visit fails if it is taken. */
  readonly port: number | undefined;
}

/** Removes Headlamp afterwards unless it already ran. */
export async function visitHeadlamp(session: NamespaceSession, visit: HeadlampVisit): Promise<object> {
  const { port, browser } = visit;
  // before anything is created
  if (port !== undefined) await chooseLocalPort(headlampPort, port);
  const plan = await planUp(session, headlampService, visit);
  const stays = isRunning(plan);
  const farewell = stays ? 'Press Ctrl-C to close; Headlamp stays up' : 'Press Ctrl-C to close and remove it';
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
  const removes = isRunning(plan) ? [] : removeObjectsArgvs(cluster, plan.objects.map(observeObject));
  return {
    data: { commands, objects: plan.objects, removes },
    text: [...commands.map(quoteArgv), '# when you leave:', ...removes.map(quoteArgv)],
  };
}

function isRunning({ standing }: UpPlan): boolean {
  return standingWorkloads(standing).length > 0;
}
