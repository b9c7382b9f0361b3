import { loadSettings } from '../config/load-settings.js';
import type { Settings } from '../config/settings.js';
import type { CheckResult } from '../doctor/run-checks.js';
import { command, type CommandResult } from '../command.js';
import type { Host } from '../ports/host.js';
import { ownVersion } from '../package.js';
import { exitCodes } from '../errors/spark-dev-error.js';

export const doctor = command({
  name: 'doctor',
  makesNoFolders: true,
  options: [
    { flags: '--fix', description: 'fix what can be fixed automatically; asks before each' },
    { flags: '--only <checks>', description: 'run only these checks (comma-separated ids)' },
    { flags: '--list', description: 'list the checks, then stop' },
    { flags: '--share', description: 'print a Markdown report for an issue, without your names, paths and secrets' },
  ],
  examples: [
    'spark-dev doctor',
    'spark-dev doctor --fix',
    'spark-dev doctor --only engine,java',
    'spark-dev doctor --share',
  ],
  async run(host, { options, global, signal, call }) {
    const { checks } = await import('../doctor/checks.js');
    const { chooseChecks, runChecks } = await import('../doctor/run-checks.js');
    const { only, list, fix, share } = options;
    const chosen = chooseChecks(checks, only);
    if (list === true) {
      const listed = chosen.map(({ id, group, title }) => ({ id, group, title }));
      return { data: { checks: listed }, text: listed.map(({ id, title }) => `${id.padEnd(12)} ${title}`) };
    }
    let read: Promise<Settings> | undefined;
    const context = { signal, settings: () => (read ??= loadSettings(host, global)) };
    const results = await runChecks(host, chosen, context);
    if (fix !== true) return share === true ? shareAnswer(host, results) : answer(results);
    const { applyFixes, listFixes } = await import('../doctor/run-checks.js');
    const fixes = listFixes(results);
    if (global.dryRun) {
      const planned = fixes.map(({ command, checks }) => ({ command, checks }));
      const text = fixes.map(({ command, titles }) => `${command}   # ${titles.join(', ')}`);
      return { data: { fixes: planned }, text: text.length === 0 ? ['Nothing can be fixed automatically'] : text };
    }
    if (fixes.length === 0 || call === undefined) {
      host.ui.say('Nothing can be fixed automatically');
      return answer(results, { fixes: [] });
    }
    const outcomes = await applyFixes(host, fixes, { call, signal });
    return answer(await runChecks(host, chosen, context), { fixes: outcomes });
  },
});

async function answer(
  results: readonly CheckResult[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<CommandResult> {
  const { countChecks, reportChecks } = await import('../doctor/report.js');
  return {
    data: { checks: results, counts: countChecks(results), ...more },
    text: reportChecks(results),
    exitCode: exitCodeOf(results),
  };
}

async function shareAnswer(host: Host, results: readonly CheckResult[]): Promise<CommandResult> {
  const { shareReport } = await import('../doctor/report.js');
  const markdown = shareReport(host, results, ownVersion());
  return { data: { markdown: markdown.join('\n') }, text: markdown, exitCode: exitCodeOf(results) };
}

function exitCodeOf(results: readonly CheckResult[]): number {
  return results.some(({ status }) => status === 'fail' || status === 'crash') ? exitCodes.DOCTOR_FAILED : 0;
}
