import { command } from '../../command.js';

export const runsAttach = command({
  name: 'runs attach',
  makesNoFolders: true,
  arguments: [{ name: '[run]', description: 'a run, or how its name begins (default: the newest run)' }],
  examples: ['spark-dev runs attach', 'spark-dev runs attach sparkpi'],
  async run(host, { args, signal }) {
    const { attachToRun } = await import('../../runs/attach.js');
    return attachToRun(host, args[0], signal);
  },
});
