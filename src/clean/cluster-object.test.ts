import { describe, expect, it } from 'vitest';
import { deleteObjectsArgv, listObjectsArgv, parseObjectLines } from './cluster-object.js';

const tool = { kubectl: 'kubectl', kubeconfig: '/k', context: 'spark-dev' };

describe('the objects of a cluster', () => {
  it('are asked for by the pinned context, everywhere', () => {
    const argv = listObjectsArgv(tool, 5000);
    expect(argv.slice(0, 4)).toEqual(['kubectl', '--kubeconfig=/k', '--context=spark-dev', '--request-timeout=5000ms']);
    expect(argv).toContain('--all-namespaces');
  });

  it('are read from lines that kubectl printed', () => {
    const lines = [
      'Pod\tspark\tx-driver\tu1\tu0 u9\t{"spark-dev/run":"x"}\tspark-events other\t',
      'PersistentVolumeClaim\tspark\tspark-events\tu2\t\t\t\t2Gi',
      '',
    ].join('\n');
    expect(parseObjectLines(lines)).toEqual([
      {
        kind: 'pod',
        namespace: 'spark',
        name: 'x-driver',
        uid: 'u1',
        owners: ['u0', 'u9'],
        labels: { 'spark-dev/run': 'x' },
        claims: ['spark-events', 'other'],
        storage: '',
        madeBy: '',
      },
      {
        kind: 'persistentvolumeclaim',
        namespace: 'spark',
        name: 'spark-events',
        uid: 'u2',
        owners: [],
        labels: {},
        claims: [],
        storage: '2Gi',
        madeBy: '',
      },
    ]);
  });

  it('are deleted by name, in their namespace', () => {
    const objects = parseObjectLines('Pod\tteam\ta\tu1\nConfigMap\tteam\tb\tu2');
    expect(deleteObjectsArgv(tool, objects, ['--wait=true']).slice(3)).toEqual([
      '--namespace=team',
      'delete',
      'pod/a',
      'configmap/b',
      '--ignore-not-found',
      '--wait=true',
    ]);
  });
});
