import { readFile } from 'node:fs/promises';
import type { Host } from '../../ports/host.js';
import { classifyEndpoint } from '../../kube/contexts/classify-endpoint.js';
import { classifyMaker } from '../../kube/contexts/classify-maker.js';
import { observeAddresses } from '../../kube/contexts/machine-addresses.js';
import { readContexts } from '../../kube/contexts/read-contexts.js';
import { findEntry } from '../../kube/kubeconfig/edit.js';

/** What Docker Desktop calls its context, cluster and user. */
export const desktopName = 'docker-desktop';

export interface DesktopContext {
  /** The user's file that holds all of it; Docker Desktop keeps it current. */
  readonly kubeconfig: string;
  readonly server: string;
}

/** `absent`: Kubernetes is not enabled, or was never. `foreign`: something else has its name, and is left alone. */
export type DesktopContextAnswer =
  { readonly found: DesktopContext } | { readonly absent: string } | { readonly foreign: string };

/** Files are read, and Docker's networks where an address is explained by nothing else; the cluster is not asked. */
export async function findDesktopContext(host: Host, signal: AbortSignal): Promise<DesktopContextAnswer> {
  const { contexts, passedOver } = await readContexts(host);
  const context = contexts.find(({ name }) => name === desktopName);
  if (context === undefined) {
    const broken = passedOver.map(({ path, why }) => ` (${path} was left out: ${why})`);
    return { absent: `your kubeconfig has no context ${desktopName}${broken.join('')}` };
  }
  const { file, server } = context;
  const judged = classifyEndpoint(server, await observeAddresses(host, [server], signal));
  if (judged.place !== 'local')
    return { foreign: `the context ${desktopName} of ${file} leads to ${server}, ${judged.why}` };
  if (classifyMaker({ ...context, context: desktopName, isLocal: true }) !== desktopName)
    return { foreign: `the context ${desktopName} of ${file} is not Docker Desktop's: it names other things` };
  const isWhole = findEntry(await readFile(file, 'utf8'), desktopName) !== undefined;
  if (!isWhole) return { foreign: `cluster and user of the context ${desktopName} are not in ${file} as it is` };
  return { found: { kubeconfig: file, server } };
}
