import { command, type CommandSpec } from '../../command.js';
import { readPortFlag } from '../../config/resolve.js';
import { openPage, openTerminal, planPage } from '../../services/open.js';
import {
  findService,
  flagsOf,
  isClusterService,
  namespaceFlag,
  openSession,
  refuseOtherFlags,
  services,
} from '../../services/services.js';
import { showSteps } from '../../steps/show.js';

export function servicesOpen(known = services): CommandSpec {
  return command({
    name: 'services open',
    arguments: [{ name: '<name>', description: 'a service from services list' }],
    options: [
      namespaceFlag,
      { flags: '--port <port>', description: 'local port; fails if it is taken' },
      { flags: '--no-browser', description: 'print the URL only' },
      ...known.filter((service) => !isClusterService(service)).flatMap(flagsOf),
    ],
    examples: ['spark-dev services open headlamp', 'spark-dev services open k9s --write'],
    async run(host, input) {
      const { options, global } = input;
      const service = findService(input.args[0] ?? '', known, 'open');
      const port = readPortFlag(options.port, '--port');
      refuseOtherFlags(service, known, input);
      const { session } = await openSession(host, input);
      if (!isClusterService(service)) {
        if (!global.dryRun) return { data: await openTerminal(session, service, options, global.output), text: [] };
        const steps = await service.plan(session, options);
        return { data: { steps }, text: showSteps(steps) };
      }
      const plan = await planPage(session, service, port);
      if (global.dryRun) return { data: { steps: plan.steps }, text: showSteps(plan.steps) };
      const browser = options.browser !== false;
      await openPage(session, plan, { browser, farewell: `Press Ctrl-C to close; ${service.title} stays up` });
      return { data: { opened: service.name }, text: [] };
    },
  });
}
