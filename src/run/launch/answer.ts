import type { CommandResult } from '../../command.js';
import type { Host } from '../../ports/host.js';
import type { RunOutcome } from '../../runs/record.js';
import { showSeconds } from '../../text/durations.js';
import type { JobRun } from './launcher.js';

/** If stdout already has the application's output, nothing else may be printed there. */
export function answerWithPi(host: Host, { job }: JobRun, outcome: RunOutcome): CommandResult {
  const end = `${job.name.written} succeeded (${outcome.runId})`;
  if (outcome.output !== undefined) {
    host.ui.say(end);
    return { data: outcome, text: [], exact: true };
  }
  return { data: outcome, text: [outcome.pi === undefined ? end : `Pi is roughly ${String(outcome.pi)}`] };
}

/** For launchers that build the whole answer. */
export function answerAsItIs(_host: Host, _run: unknown, result: CommandResult): CommandResult {
  return result;
}

/** Shows the phases' durations, because the submit service exists to save time. */
export function answerWithPhases(_host: Host, _run: unknown, outcome: RunOutcome): CommandResult {
  const { pi, runId, durationsMs } = outcome;
  const phases = ['image', 'deploy', 'submit', 'schedule', 'job'].flatMap((phase) =>
    durationsMs[phase] === undefined ? [] : [`${phase} ${showSeconds(durationsMs[phase])}`],
  );
  return {
    data: outcome,
    text: [`${runId}: ${phases.join(', ')}`, pi === undefined ? `${runId} succeeded` : `Pi is roughly ${String(pi)}`],
  };
}
