import { suggestNearest } from '../../config/suggest.js';
import { SparkDevError } from '../../errors/spark-dev-error.js';
import type { Host } from '../../ports/host.js';
import { editFile } from '../kubeconfig/edit-file.js';
import { putCurrentContext } from '../kubeconfig/edit.js';
import { readOwnEntry } from '../kubeconfig/entry.js';
import { emptyKubeconfig, mergeIntoUserKubeconfig } from '../kubeconfig/file.js';
import type { ContextList, ListedContext } from './list-contexts.js';

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
