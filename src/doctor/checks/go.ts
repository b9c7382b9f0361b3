import { findGo, requiredGoVersion } from '../../toolchain/go/toolchain.js';
import type { Check } from '../check.js';
import { wasPrepared } from '../was-prepared.js';

export const go: Check = {
  id: 'go',
  group: 'Cluster',
  title: 'Go',
  async run(host, { signal, settings }) {
    const minimum = await requiredGoVersion(host);
    const found = await findGo(host, minimum);
    if (found !== undefined) return { status: 'ok', detail: `${found.version} at ${found.path}` };
    if (await wasPrepared(host, { signal, settings }))
      return { status: 'skip', detail: 'none, but the tools are built already' };
    const detail = `no Go ${minimum} or newer; init downloads one through the module proxy`;
    return { status: 'warn', detail, fix: ['spark-dev init --yes'] };
  },
};
