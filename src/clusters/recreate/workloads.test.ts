import { describe, expect, it } from 'vitest';
import { recorded } from '../../../test/fakes/fake-machine.js';
import { parseObjectList, type RawObject } from './objects.js';
import { listUnmanagedPods, listLivingPods, pauseArgv, wakeArgv, endArgv, listWorkloads } from './workloads.js';

const everything = parseObjectList(recorded('kubectl/get-everything').stdout);
const ours = ['spark', 'team-a'];
const tool = { kubectl: 'kubectl', kubeconfig: '/k', context: 'spark-dev' };

describe('what is at work', () => {
  it('is paused with its replicas remembered; what a Deployment owns is not named twice', () => {
    expect(listWorkloads(everything, ours)).toEqual([
      { kind: 'Deployment', namespace: 'team-a', name: 'sleeper', replicas: 2 },
      { kind: 'StatefulSet', namespace: 'team-a', name: 'keeper', replicas: 1 },
      { kind: 'DaemonSet', namespace: 'team-a', name: 'everywhere' },
      { kind: 'CronJob', namespace: 'team-a', name: 'nightly' },
    ]);
  });

  it('leaves alone what rests already, so that it is not woken afterwards', () => {
    const resting: RawObject[] = [
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', namespace: 'spark' }, spec: { replicas: 0 } },
      { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'c', namespace: 'spark' }, spec: { suspend: true } },
    ];
    expect(listWorkloads(resting, ours)).toEqual([]);
  });

  it('is ended if nothing recreates it: Jobs and pods without an owner', () => {
    expect(listUnmanagedPods(everything, ours)).toEqual([{ kind: 'Job', namespace: 'team-a', name: 'at-work' }]);
    const driver: RawObject = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'driver', namespace: 'spark' },
      status: { phase: 'Running' },
    };
    expect(listUnmanagedPods([driver, { ...driver, status: { phase: 'Failed' } }], ours)).toHaveLength(1);
  });

  it('has pods, and none in other namespaces counts', () => {
    expect(listLivingPods(everything, ours)).toHaveLength(5);
    expect(listLivingPods(everything, ['spark'])).toEqual([]);
  });
});

describe('pausing and waking', () => {
  const show = (words: readonly string[]): string => words.slice(3).join(' ');

  it.each([
    [{ kind: 'Deployment', replicas: 2 }, 'scale deployment/x --replicas=0', 'scale deployment/x --replicas=2'],
    [
      { kind: 'CronJob' },
      'patch cronjob/x --type=merge --patch={"spec":{"suspend":true}}',
      'patch cronjob/x --type=merge --patch={"spec":{"suspend":false}}',
    ],
    [
      { kind: 'DaemonSet' },
      'patch daemonset/x --type=merge --patch={"spec":{"template":{"spec":{"nodeSelector":{"spark-dev/paused":"true"}}}}}',
      'patch daemonset/x --type=merge --patch={"spec":{"template":{"spec":{"nodeSelector":{"spark-dev/paused":null}}}}}',
    ],
  ] as const)('%j', (what, pause, wake) => {
    const workload = { namespace: 'team-a', name: 'x', ...what };
    expect(show(pauseArgv(tool, workload))).toBe(`--namespace=team-a ${pause}`);
    expect(show(wakeArgv(tool, workload))).toBe(`--namespace=team-a ${wake}`);
  });

  it('ends a Job with its pods, and twice is as good as once', () => {
    expect(show(endArgv(tool, { kind: 'Job', namespace: 'spark', name: 'x' }))).toBe(
      '--namespace=spark delete job/x --cascade=foreground --ignore-not-found --wait=false',
    );
  });
});
