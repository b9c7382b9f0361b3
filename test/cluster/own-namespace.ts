import { afterAll, beforeAll } from 'vitest';
import { runProgram } from '../program/program.js';
import { kubectl, type ClusterTools } from './cluster-tools.js';
import { requirePrepared } from './prepared-cluster.js';

/** A namespace for the tests of one file, made by the program, and gone after them. */
export function useOwnNamespace(prefix: string) {
  const name = `${prefix}-${Date.now().toString(36)}`;
  let tools: ClusterTools | undefined;
  beforeAll(async () => {
    const prepared = await requirePrepared();
    tools = { ...prepared, cluster: { ...prepared.cluster, namespace: name } };
    await runProgram(['namespace', 'create', name]);
  });
  const inside = (words: readonly string[]): Promise<string> => {
    if (tools === undefined) throw new Error('the namespace is made before the first test');
    return kubectl(tools, words);
  };
  afterAll(() => inside(['delete', 'namespace', name, '--ignore-not-found', '--timeout=90s']));
  return { name, env: { SPARK_DEV_NAMESPACE: name }, kubectl: inside };
}
