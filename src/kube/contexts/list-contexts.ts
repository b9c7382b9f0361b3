import type { Host } from '../../ports/host.js';
import { readOwnEntry } from '../kubeconfig/entry.js';
import { clusterPaths, profileName } from '../names.js';
import { classifyEndpoint, type EndpointLocation } from './classify-endpoint.js';
import { classifyMaker, type ContextMaker } from './classify-maker.js';
import { observeAddresses } from './machine-addresses.js';
import { readContexts, type ReadContexts } from './read-contexts.js';

export interface ListedContext extends EndpointLocation {
  readonly name: string;
  /** The file that defines it. */
  readonly file: string;
  readonly provider: ContextMaker;
  readonly server: string;
  readonly namespace: string | undefined;
  readonly current: boolean;
  /** The one cluster that spark-dev works on. */
  readonly ours: boolean;
}

export interface ContextList extends Omit<ReadContexts, 'contexts'> {
  readonly contexts: readonly ListedContext[];
}

/** Ours is identified by its certificate authority: anybody can use a name. */
export async function listContexts(host: Host, signal: AbortSignal): Promise<ContextList> {
  const { kubeconfig: file } = clusterPaths(host.directories);
  const [{ contexts, ...around }, own] = await Promise.all([readContexts(host), readOwnEntry(file)]);
  const authority = own?.cluster['certificate-authority-data'];
  const { server = '' } = (own?.cluster ?? {}) as { readonly server?: string };
  const machine = await observeAddresses(host, [...contexts.map((one) => one.server), server], signal);
  const listed = contexts.map((one): ListedContext => {
    const judged = classifyEndpoint(one.server, machine);
    const ours = authority !== undefined && one.certificateAuthorityData === authority;
    return {
      name: one.name,
      file: one.file,
      provider: ours ? 'minikube' : classifyMaker(one, judged.place === 'local'),
      server: one.server,
      ...judged,
      namespace: one.namespace,
      current: one.name === around.current,
      ours,
    };
  });
  if (own === undefined || listed.some(({ ours }) => ours)) return { ...around, contexts: listed };
  const judged = classifyEndpoint(server, machine);
  const itself = { name: profileName, file, provider: 'minikube', server, ...judged } as const;
  return { ...around, contexts: [...listed, { ...itself, namespace: undefined, current: false, ours: true }] };
}
