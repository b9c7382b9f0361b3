import type { CommandResult } from '../../command.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { quoteArgv } from '../../errors/quote-argv.js';
import { chooseLocalPort } from '../../kube/port-forward/local-port.js';
import type { NamespaceSession } from '../../namespaces/session.js';
import { applyDown, applyUp, planDown, planUp, type UpPlan, type UpRequest, removeObjectsArgvs } from '../manage.js';
import { isClusterWide } from '../objects.js';
import { openPage, planPage } from '../open.js';
import { observeObject, standingWorkloads } from '../standing.js';
import { headlampPort, headlampService, tokenArgv } from './service.js';

export interface HeadlampVisit extends UpRequest {
  readonly browser: boolean;
  /** Set by flag; the visit fails if it is taken. */
  readonly port: number | undefined;
}

/** Removes Headlamp afterwards unless it already ran: then it is opened as it is. */
export async function visitHeadlamp(session: NamespaceSession, visit: HeadlampVisit): Promise<object> {
  const { port, browser } = visit;
  // before anything is created
  if (port !== undefined) await chooseLocalPort(headlampPort, port);
  const plan = await planVisit(session, visit);
  const farewell = plan.stays ? 'Press Ctrl-C to close; Headlamp stays up' : 'Press Ctrl-C to close and remove it';
  try {
    const standing = await applyUp(session, plan);
    await openPage(session, await planPage(session, headlampService, port, standing), { browser, farewell });
  } finally {
    // also after Ctrl-C
    const after = { ...session, signal: new AbortController().signal };
    if (!plan.stays) await applyDown(after, await planDown(after, headlampService));
  }
  return { opened: headlampService.name, admin: visit.values['admin'] === true };
}

export async function describeVisit(session: NamespaceSession, visit: HeadlampVisit): Promise<CommandResult> {
  const { cluster } = session;
  const plan = await planVisit(session, visit);
  const commands = [...plan.steps.flatMap((step) => step.commands), tokenArgv(cluster)];
  const removes = plan.stays ? [] : removeObjectsArgvs(cluster, plan.objects.map(observeObject));
  return {
    data: { commands, objects: plan.objects, removes },
    text: [...commands.map(quoteArgv), '# when you leave:', ...removes.map(quoteArgv)],
  };
}

async function planVisit(
  session: NamespaceSession,
  visit: HeadlampVisit,
): Promise<UpPlan & { readonly stays: boolean }> {
  const plan = await planUp(session, headlampService, visit);
  if (standingWorkloads(plan.standing).length === 0) return { ...plan, stays: false };
  if (visit.values['admin'] === true && !plan.standing.objects.some(({ kind }) => isClusterWide(kind)))
    throw withoutAdmin();
  return { ...plan, steps: [], stays: true };
}

function withoutAdmin(): SparkDevError {
  return new SparkDevError('IN_USE', 'Headlamp already runs without --admin', {
    why: 'It was started by `services up`, and more rights would outlast this visit.',
    fix: ['spark-dev services up headlamp --admin', 'spark-dev dashboard --with headlamp'],
  });
}
