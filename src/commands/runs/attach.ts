import { command } from '../../command.js';
import { runArgument } from './show.js';

export const runsAttach = command({
  name: 'runs attach',
  makesNoFolders: true,
  arguments: [runArgument],
  examples: ['spark-dev runs attach', 'spark-dev runs attach sparkpi'],
  async run(host, { args, signal }) {
    const { attachToRun } = await import('../../runs/attach.js');
    return attachToRun(host, args[0], signal);
  },
});
