import type { Host } from '../../ports/host.js';
import { readOwnEntry } from '../kubeconfig/entry.js';
import { clusterPaths, profileName } from '../names.js';
import {
  classifyEndpoint,
  type EndpointLocation,
  classifyMaker,
  type ContextMaker,
  observeAddresses,
} from './classify-endpoint.js';
import { readContexts, type ReadContexts } from './read-contexts.js';
import { suggestNearest } from '../../config/suggest.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import { editFile } from '../kubeconfig/edit-file.js';
import { putCurrentContext } from '../kubeconfig/edit.js';
import { emptyKubeconfig, mergeIntoUserKubeconfig } from '../kubeconfig/file.js';

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

interface ContextList extends Omit<ReadContexts, 'contexts'> {
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

export interface ContextSwitch {
  /** The user's file that kubectl would write. */
  readonly file: string;
  /** May name a context that does not exist. */
  readonly fromName: string | undefined;
  readonly to: ListedContext;
  /** Our entry is not in the user's kubeconfig yet. */
  readonly mustMerge: boolean;
}

/** Pure; throws CONTEXT_UNKNOWN if there is no such context. */
export function planSwitch(list: ContextList, ownKubeconfig: string, name: string): ContextSwitch {
  const to = list.contexts.find((one) => one.name === name);
  if (to === undefined) throw unknownContext(list, name);
  return { file: list.written, fromName: list.current, to, mustMerge: to.file === ownKubeconfig };
}

export async function applySwitch(host: Host, { file, to, mustMerge }: ContextSwitch): Promise<void> {
  const own = mustMerge ? await readOwnEntry(to.file) : undefined;
  if (own !== undefined) await mergeIntoUserKubeconfig(host, own);
  await editFile(host, file, (before) => putCurrentContext(before ?? emptyKubeconfig, to.name));
}

export function unknownContext(list: ContextList, name: string): SparkDevError {
  const names = list.contexts.map((one) => one.name);
  const nearest = suggestNearest(name, names);
  return new SparkDevError('CONTEXT_UNKNOWN', `There is no context ${JSON.stringify(name.slice(0, 200))}`, {
    why: names.length === 0 ? 'Your kubeconfig has none.' : `Available: ${names.join(', ')}.`,
    fix: [...(nearest === undefined ? [] : [`spark-dev cluster use ${nearest}`]), 'spark-dev cluster list'],
    facts: { known: names },
  });
}
