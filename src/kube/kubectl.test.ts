import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createFakeCluster } from '../../test/fakes/fake-kube.js';
import { listInside } from '../../test/fakes/fake-node.js';
import { applyInputArgv, applyRightsArgv, getNodesArgv, parseNodes, readInside } from './kubectl.js';

const tool = { kubectl: '/tools/kubectl', kubeconfig: '/data/kubeconfig', context: 'spark-dev' };

function recorded(name: string): string {
  const text = readFileSync(new URL(`../../test/fixtures/kubectl/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { stdout: string }).stdout;
}

describe('kubectl', () => {
  it.each([getNodesArgv(tool, 2000), applyRightsArgv(tool, '/rights'), applyInputArgv(tool)])(
    'is always told which cluster: %j',
    (...argv) => {
      expect(argv.slice(0, 3)).toEqual(['/tools/kubectl', '--kubeconfig=/data/kubeconfig', '--context=spark-dev']);
    },
  );

  it('finds all that init made, and the record', async () => {
    const list = (resource: string) => listInside(resource, { objects: true, record: { sparkVersion: '4.3.0' } });
    expect(await readInside(createFakeCluster({ list }).kube)).toEqual({
      missing: [],
      record: { sparkVersion: '4.3.0' },
    });
  });

  it('names what is missing', async () => {
    const all = ['serviceaccount/spark', 'role/spark', 'rolebinding/spark', 'persistentvolumeclaim/spark-events'];
    expect(await readInside(createFakeCluster().kube)).toEqual({ missing: all, record: undefined });
  });

  it('reads what the node has for pods', () => {
    expect(parseNodes(recorded('get-nodes'))).toEqual([
      {
        name: 'spark-dev',
        ready: true,
        kubernetesVersion: 'v1.34.4',
        runtime: 'docker://20.10.24+dfsg1',
        allocatableCpu: '2',
        allocatableMemory: expect.stringMatching(/^\d+Ki$/) as string,
      },
    ]);
  });
});
