import { command } from '../command.js';
import { devOptions } from '../dev/dev-options.js';

export const dev = command({
  name: 'dev',
  foreignContexts: true,
  arguments: [
    {
      name: '<app>',
      description: 'a folder of examples/, a name from spark-dev.yaml, or a .scala, .py, .jar or .R file',
    },
  ],
  options: devOptions,
  examples: [
    'spark-dev dev etl.py',
    'spark-dev dev etl.py --target local -- --day 2026-01-01',
    'spark-dev dev . --mode cluster',
    'spark-dev dev etl.py --queue -o ndjson',
  ],
  async run(host, input) {
    const { develop } = await import('../dev/loop.js');
    return develop(host, input);
  },
});
