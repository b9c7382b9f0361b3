import { chooseLocalPort } from '../../kube/port-forward/local-port.js';
import type { Check } from '../check.js';

const uiPort = 4040;

export const port: Check = {
  id: 'port',
  group: 'Machine',
  title: 'Spark UI port',
  async run() {
    const { port: free, note } = await chooseLocalPort(uiPort, undefined);
    return note === undefined
      ? { status: 'ok', detail: `${String(free)} is free` }
      : { status: 'warn', detail: note, fix: [`spark-dev run sparkpi --ui-port ${String(free)}`] };
  },
};
