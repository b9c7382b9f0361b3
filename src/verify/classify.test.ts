import type { V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { recorded } from '../../test/fakes/recorded.js';
import type { CaseNames, VerifyCase } from './case.js';
import { verifyCases } from './cases.js';
import { classifyCase, type Evidence } from './classify.js';

function podsOf(fixture: string): readonly V1Pod[] {
  return (JSON.parse(recorded(fixture).stdout) as { items: readonly V1Pod[] }).items;
}

/** Of B8 on a real cluster: both while they run, and the driver after its end. */
const [driver] = podsOf('kubectl/get-pods-verify-ended');
const executors = podsOf('kubectl/get-pods-verify-running').filter(
  ({ metadata }) => metadata?.labels?.['spark-role'] === 'executor',
);
const b8 = verifyCases.find(({ id }) => id === 'B8') as VerifyCase;
const names: CaseNames = {
  runId: 'verify-1',
  namespace: driver?.metadata?.namespace ?? '',
  driver: driver?.metadata?.name ?? '',
  home: undefined,
  image: driver?.spec?.containers[0]?.image ?? '',
  storage: 'standard',
};
const whole: Evidence = {
  driver,
  executors,
  logOf: (pod) =>
    pod.metadata?.labels?.['spark-role'] === 'driver' ? 'INFO begin\nPi is roughly 3.14\n' : 'INFO task\n',
  troubles: [],
  left: [],
};

function judge(more: Partial<Evidence> = {}, change: Partial<VerifyCase> = {}): readonly string[] {
  return classifyCase({ ...b8, ...change }, names, 1024, { ...whole, ...more });
}

/** The recorded executor with one thing changed. */
function executorWith(change: (pod: V1Pod) => void): readonly V1Pod[] {
  const pod = structuredClone(executors[0]) as V1Pod;
  change(pod);
  return [pod];
}

describe('judgeCase', () => {
  it('has nothing to say of what a real cluster showed', () => {
    expect(judge()).toEqual([]);
  });

  it.each<[string, Partial<Evidence>, string]>([
    ['no driver', { driver: undefined }, 'No driver pod was seen'],
    ['no executor', { executors: [] }, 'No executor was seen'],
    ['another line', { logOf: () => 'Pi is roughly 2.9' }, 'The driver did not log "Pi is roughly 3"'],
    ['a trouble on the way', { troubles: ['no room'] }, 'no room'],
    ['an object left', { left: ['statefulset.apps/x'] }, 'statefulset.apps/x is left behind'],
    [
      'a driver that runs on',
      { driver: podsOf('kubectl/get-pods-verify-running').find((pod) => pod.metadata?.name === names.driver) },
      'The driver has not ended',
    ],
    [
      'another label',
      { executors: executorWith((pod) => Object.assign(pod.metadata?.labels ?? {}, { label2: 'x' })) },
      'label label2 is x instead of label2-value',
    ],
    [
      "somebody else's application id",
      { executors: executorWith((pod) => Object.assign(pod.metadata?.labels ?? {}, { 'spark-app-selector': 'x' })) },
      'instead of x',
    ],
    [
      'less memory',
      {
        executors: executorWith((pod) => {
          Object.assign(pod.spec?.containers[0]?.resources?.requests ?? {}, { memory: '1407Mi' });
        }),
      },
      'memory request is 1407Mi instead of 1408Mi',
    ],
    [
      'another image',
      { executors: executorWith((pod) => Object.assign(pod.spec?.containers[0] ?? {}, { image: 'x' })) },
      'image is x instead of',
    ],
    [
      'another container name',
      { executors: executorWith((pod) => Object.assign(pod.spec?.containers[0] ?? {}, { name: 'spark' })) },
      'container is spark instead of spark-kubernetes-executor',
    ],
    [
      'a variable that is not there',
      { executors: executorWith((pod) => pod.spec?.containers[0]?.env?.splice(0)) },
      'variable ENV1 is absent instead of VALUE1',
    ],
  ])('tells of %s', (_what, more, said) => {
    expect(judge(more).join('\n')).toContain(said);
  });

  it('tells of a driver that said the right thing and failed afterwards, with its last words', () => {
    const failed = structuredClone(driver) as V1Pod;
    Object.assign(failed.status?.containerStatuses?.[0]?.state?.terminated ?? {}, { exitCode: 3 });
    expect(judge({ driver: failed })).toEqual(['The driver ended with exit code 3: Pi is roughly 3.14']);
  });

  it('wants no executor where none is asked for, and exactly those where the case says so', () => {
    expect(judge({}, { executors: 0 })).toEqual(['1 executor was seen, but none was requested']);
    expect(judge({}, { executors: 2 })).toEqual([]);
    expect(judge({}, { executors: 2, exactly: true })).toEqual(['1 executor was seen instead of 2']);
    const strangers = [
      ...executors,
      ...executorWith((pod) => Object.assign(pod.metadata ?? {}, { name: 'other-exec-2' })),
    ];
    expect(judge({ executors: strangers }, { executors: 2, exactly: true })).toEqual([
      'Executors have 2 name prefixes instead of one',
    ]);
  });

  it('looks into the logs of executors where the case does', () => {
    const logs = { executor: ['DEBUG'] };
    const name = executors[0]?.metadata?.name ?? '';
    expect(judge({}, { logs })).toEqual([`${name} did not log "DEBUG"`]);
    expect(judge({ executors: [] }, { logs })).toEqual(['No executor was seen']);
  });

  it('asks for the account and the priority that the case names', () => {
    expect(judge({}, { pods: { executor: { serviceAccount: 'spark', priority: 0 } } })).toEqual([]);
    expect(judge({}, { pods: { executor: { serviceAccount: 'other', priority: 7 } } })).toEqual([
      expect.stringContaining('service account is spark instead of other'),
      expect.stringContaining('priority is 0 instead of 7'),
    ]);
  });
});
