import { command } from '../command.js';

export const logs = command({
  name: 'logs',
  makesNoFolders: true,
  arguments: [{ name: '[run]', description: 'a run, or how its name begins (default: the newest run)' }],
  options: [{ flags: '-f, --follow', description: 'show what comes, until the run ends' }],
  examples: ['spark-dev logs', 'spark-dev logs sparkpi -f', "spark-dev logs | grep -A9 ' ERROR '"],
  async run(host, { args, options, signal }) {
    const { readRunLog } = await import('../runs/read-log.js');
    return {
      data: await readRunLog(host, args[0], { follows: options.follow === true, signal }),
      text: [],
      exact: true,
    };
  },
});
