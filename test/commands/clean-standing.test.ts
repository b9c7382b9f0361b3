import { expect, it } from 'vitest';
import { withLiveRun } from '../../src/runs/live-run.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { createFakeObjects, fakeObject, fakeRun } from '../fakes/fake-objects.js';
import { call } from '../worlds/call.js';
import { readResult } from '../worlds/envelope.js';

const live = 'checksum-260101000001-a11e';

it('clean takes the submit service along, but not from under drivers that are at work in its namespace', async () => {
  const objects = createFakeObjects();
  const machine = await createFakeMachine({}, { objects });
  const labels = { 'app.kubernetes.io/managed-by': 'spark-dev', 'spark-dev/service': 'submit' };
  for (const namespace of ['spark', 'team'])
    objects.add(fakeObject('deployment', 'spark-dev-submit', { namespace, labels }));
  objects.add(...fakeRun(live));
  await withLiveRun(machine.host, live, async () => {
    const { stdout } = await call(['clean', '--yes', '--json'], { host: machine.host });
    expect(readResult(stdout)).toEqual({ removed: ['deployment team/spark-dev-submit'], left: [] });
  });
  expect(objects.names()).toContain('deployment spark/spark-dev-submit');
});

it('clean takes what names no home in its own cluster, and nothing that names another', async () => {
  const objects = createFakeObjects();
  const machine = await createFakeMachine({}, { objects });
  const theirs = fakeRun(live).map((one) => ({ ...one, labels: { ...one.labels, 'spark-dev/home': 'another' } }));
  objects.add(...fakeRun('checksum-260101000000-dead'), ...theirs);
  const { exitCode } = await call(['clean', '--yes'], { host: machine.host });
  expect(exitCode).toBe(0);
  expect(machine.host.ui.lines.join('\n')).toContain(`nothing proves that this home made them: ${live}`);
  expect(objects.names()).toEqual(theirs.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`));
});
