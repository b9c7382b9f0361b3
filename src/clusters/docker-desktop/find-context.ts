import { readFile } from 'node:fs/promises';
import type { Host } from '../../ports/host.js';
import { classifyEndpoint, classifyMaker, observeAddresses } from '../../kube/contexts/classify-endpoint.js';
import { readContexts } from '../../kube/contexts/read-contexts.js';
import { findEntry } from '../../kube/kubeconfig/edit.js';

/** Docker Desktop's name for its context, cluster and user. */
export const desktopName = 'docker-desktop';

export interface DesktopContext {
  /** The user's file that holds all three; Docker Desktop keeps it current. */
  readonly kubeconfig: string;
  readonly server: string;
}

/** `absent`: Kubernetes is not enabled. `foreign`: another cluster uses the name, and is left alone. */
type DesktopContextAnswer =
  { readonly found: DesktopContext } | { readonly state: 'absent' | 'foreign'; readonly why: string };

/** Reads files, and Docker's networks if nothing else explains an address; does not contact the cluster. */
export async function findDesktopContext(host: Host, signal: AbortSignal): Promise<DesktopContextAnswer> {
  const { contexts, passedOver } = await readContexts(host);
  const context = contexts.find(({ name }) => name === desktopName);
  if (context === undefined) {
    const broken = passedOver.map(({ path, why }) => ` (${path} was skipped: ${why})`);
    return { state: 'absent', why: `your kubeconfig has no context ${desktopName}${broken.join('')}` };
  }
  const { file, server } = context;
  const judged = classifyEndpoint(server, await observeAddresses(host, [server], signal));
  if (judged.place !== 'local')
    return { state: 'foreign', why: `the context ${desktopName} in ${file} points to ${server}, ${judged.why}` };
  if (classifyMaker(context, true) !== desktopName)
    return {
      state: 'foreign',
      why: `the context ${desktopName} in ${file} is not Docker Desktop's: it names other entries`,
    };
  const isWhole = findEntry(await readFile(file, 'utf8'), desktopName) !== undefined;
  if (!isWhole)
    return { state: 'foreign', why: `${file} has the context ${desktopName}, but not its cluster and user` };
  return { found: { kubeconfig: file, server } };
}
