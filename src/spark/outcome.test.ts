import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { submitContainer, viewRun } from './outcome.js';
import { sparkContainers } from './pod-defaults.js';

const submit = (state: V1ContainerState): V1Pod => ({
  metadata: { name: 'r-submit-x', labels: { 'spark-dev/role': 'submit' } },
  status: { phase: 'Running', containerStatuses: [status(submitContainer, state)] },
});
const driver = (state: V1ContainerState): V1Pod => ({
  metadata: { name: 'r-driver', labels: { 'spark-role': 'driver', 'spark-app-selector': 'spark-1' } },
  status: { phase: 'Running', containerStatuses: [status(sparkContainers.driver, state)] },
});
const executor = (name: string): V1Pod => ({
  metadata: { name, labels: { 'spark-role': 'executor' } },
  status: { phase: 'Running' },
});
const status = (name: string, state: V1ContainerState) => ({
  name,
  state,
  image: 'app:1',
  imageID: '',
  ready: true,
  restartCount: 0,
});

describe('viewRun', () => {
  it('sees nothing in nothing', () => {
    expect(viewRun([])).toEqual({
      submit: undefined,
      driver: undefined,
      executors: [],
      runningExecutors: 0,
      troubles: [],
    });
  });

  it('follows the driver by its own container, not by the Job', () => {
    const view = viewRun([
      submit({ terminated: { exitCode: 0 } }),
      driver({ running: {} }),
      {
        ...executor('r-exec-2'),
        status: { containerStatuses: [status('spark-kubernetes-executor', { running: {} })] },
      },
      executor('r-exec-1'),
    ]);
    expect(view.driver).toEqual({
      pod: 'r-driver',
      container: sparkContainers.driver,
      appId: 'spark-1',
      state: 'running',
    });
    expect(view.executors).toEqual(['r-exec-1', 'r-exec-2']);
    expect(view.runningExecutors).toBe(1);
    expect(view.troubles).toEqual([]);
  });

  it('follows the container that a template named otherwise', () => {
    const named = (pod: V1Pod, state: V1ContainerState): V1Pod => ({
      ...pod,
      spec: { containers: [{ name: 'main', resources: { limits: { memory: '1Gi' } } }] },
      status: { phase: 'Running', containerStatuses: [status('main', state)] },
    });
    const failed = named(driver({}), { terminated: { exitCode: 42 } });
    const view = viewRun([failed, named(executor('r-exec-1'), { running: {} })]);
    expect(view.driver).toMatchObject({ container: 'main', state: 'ended', exitCode: 42, memoryLimit: '1Gi' });
    expect(view.runningExecutors).toBe(1);
  });

  it('takes exit code and reason from the terminated container', () => {
    const view = viewRun([driver({ terminated: { exitCode: 137, reason: 'OOMKilled' } })]);
    expect(view.driver).toMatchObject({ state: 'ended', exitCode: 137, reason: 'OOMKilled' });
  });

  it('a submit that failed is trouble only while there is no driver', () => {
    const failed = submit({ terminated: { exitCode: 1, reason: 'Error' } });
    expect(viewRun([failed]).troubles).toMatchObject([{ kind: 'submit' }]);
    expect(viewRun([failed, driver({ running: {} })]).troubles).toEqual([]);
    expect(viewRun([submit({ terminated: { exitCode: 0 } })]).troubles).toEqual([]);
  });

  it.each(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'])(
    'names the image on %s',
    (reason) => {
      const [trouble] = viewRun([driver({ waiting: { reason, message: 'not found' } })]).troubles;
      expect(trouble).toMatchObject({ kind: 'image', why: 'not found' });
      expect(trouble?.what).toContain('app:1');
    },
  );

  it('waits through the ordinary beginnings', () => {
    for (const reason of ['ContainerCreating', 'PodInitializing']) {
      const view = viewRun([driver({ waiting: { reason } })]);
      expect(view.troubles).toEqual([]);
      expect(view.driver).toMatchObject({ state: 'waiting', note: reason });
    }
  });

  it('passes on the words of the scheduler, with what the pod asks for', () => {
    const message = '0/1 nodes are available: 1 Insufficient cpu.';
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
    const resources = { requests: { cpu: '2', memory: '1408Mi' } };
    const pending: V1Pod = {
      ...executor('r-exec-1'),
      spec: { containers: [{ name: 'spark-kubernetes-executor', resources }] },
      status: { phase: 'Pending', conditions },
    };
    expect(viewRun([pending]).troubles).toMatchObject([
      { kind: 'unschedulable', pod: 'r-exec-1', why: message, asks: { cpuMilli: 2000, memoryMb: 1408 } },
    ]);
  });

  it.each([
    'waiting for ephemeral volume controller to create the claim "x". not found',
    'pod has unbound immediate PersistentVolumeClaims. not found',
  ])('does not take a claim that is being made for want of room: %s', (what) => {
    const message = `0/1 nodes are available: ${what}`;
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
    expect(viewRun([{ ...executor('r-exec-1'), status: { phase: 'Pending', conditions } }]).troubles).toEqual([]);
  });

  it('an evicted pod has ended although it has no container status', () => {
    const evicted: V1Pod = { ...driver({}), status: { phase: 'Failed', reason: 'Evicted' } };
    expect(viewRun([evicted]).driver).toMatchObject({ state: 'ended', exitCode: 1, reason: 'Evicted' });
  });
});
