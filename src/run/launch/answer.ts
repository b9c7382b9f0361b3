import type { CommandResult } from '../../command.js';
import type { Host } from '../../ports/host.js';
import type { RunOutcome } from '../../runs/record.js';
import { showSeconds } from '../../text/durations.js';
import type { JobRun } from './launcher.js';

/** Where the application's own output was on stdout as it came, nothing else may stand there. */
export function answerWithPi(host: Host, { job }: JobRun, outcome: RunOutcome): CommandResult {
  const end = `${job.name.written} ended well (${outcome.runId})`;
  if (outcome.output !== undefined) {
    host.ui.say(end);
    return { data: outcome, text: [], exact: true };
  }
  return { data: outcome, text: [outcome.pi === undefined ? end : `Pi is roughly ${String(outcome.pi)}`] };
}

/** What answers in its own words. */
export function answerAsItIs(_host: Host, _run: unknown, result: CommandResult): CommandResult {
  return result;
}

/** Where the time went, because saving it is what the submit service is for. */
export function answerWithPhases(_host: Host, _run: unknown, outcome: RunOutcome): CommandResult {
  const { pi, runId, durationsMs } = outcome;
  const phases = ['image', 'deploy', 'submit', 'schedule', 'job'].flatMap((phase) =>
    durationsMs[phase] === undefined ? [] : [`${phase} ${showSeconds(durationsMs[phase])}`],
  );
  return {
    data: outcome,
    text: [`${runId}: ${phases.join(', ')}`, pi === undefined ? `${runId} ended well` : `Pi is roughly ${String(pi)}`],
  };
}
