import { command } from '../../command.js';
import { answerDown } from '../../services/report.js';
import { openSession } from '../../services/session.js';
import { submitService } from '../../services/submit/service.js';

export const submitDown = command({
  name: 'submit down',
  options: [{ flags: '--namespace <name>', description: 'namespace (default: the current one)' }],
  examples: ['spark-dev submit down', 'spark-dev submit down --dry-run'],
  async run(host, input) {
    const { session } = await openSession(host, input);
    return answerDown(session, submitService, {
      dryRun: input.global.dryRun,
      status: 'spark-dev submit status',
    });
  },
});
