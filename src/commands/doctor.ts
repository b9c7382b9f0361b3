import { exitCodes } from '../errors/codes.js';
import type { CommandSpec } from '../ports/command.js';

export const doctor: CommandSpec = {
  name: 'doctor',
  options: [
    { flags: '--only <checks>', description: 'these alone, by id, with commas' },
    { flags: '--list', description: 'name the checks and stop' },
  ],
  examples: ['spark-dev doctor', 'spark-dev doctor --only engine,java', 'spark-dev doctor --json'],
  async run(host, { options, signal }) {
    const { checks } = await import('../doctor/checks.js');
    const { chooseChecks } = await import('../doctor/choose-checks.js');
    const { countChecks, reportChecks } = await import('../doctor/report.js');
    const { runChecks } = await import('../doctor/run-checks.js');
    const { only, list } = options;
    const chosen = chooseChecks(checks, typeof only === 'string' ? only : undefined);
    if (list === true) {
      const listed = chosen.map(({ id, group, title }) => ({ id, group, title }));
      return { data: { checks: listed }, text: listed.map(({ id, title }) => `${id.padEnd(12)} ${title}`) };
    }
    const results = await runChecks(host, chosen, signal);
    const counts = countChecks(results);
    return {
      data: { checks: results, counts },
      text: reportChecks(results),
      exitCode: counts.fail + counts.crash > 0 ? exitCodes.DOCTOR_FAILED : 0,
    };
  },
};
