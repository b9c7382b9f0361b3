import { command } from '../command.js';
import { runOptions } from '../run/run-options.js';

export const run = command({
  name: 'run',
  foreignContexts: true,
  arguments: [
    {
      name: '<app>',
      description: 'a folder of examples/, a name from spark-dev.yaml, or a .scala, .py, .jar or .R file',
    },
  ],
  options: runOptions,
  examples: [
    'spark-dev run sparkpi',
    'spark-dev run sparkpi -- 100',
    'spark-dev run sparkpi --num-executors 2 --executor-memory 2g --fit shrink',
    'spark-dev run sparkpi --lang python --target local',
    'spark-dev run sparkpi --deploy-mode client',
    'spark-dev run sparkpi --context shared --allow-remote --image-registry registry.example/team --namespace team-a',
    'spark-dev run sparkpi --json',
    'spark-dev run sparkpi --detach',
  ],
  async run(host, input) {
    if (input.options.detach === true && !input.global.dryRun) {
      const { detachRun } = await import('../runs/detach.js');
      return detachRun(host, input);
    }
    const { prepareRun, startRun } = await import('../run/start.js');
    return startRun(await prepareRun(host, { command: 'spark-dev run', input }), input);
  },
});
