import { expect, it } from 'vitest';
import { withLiveRun } from '../../src/runs/live-run.js';
import { createFakeMachine } from '../fakes/fake-machine.js';
import { createFakeObjects, decoys, fakeObject } from '../fakes/fake-objects.js';
import { call } from '../worlds/call.js';
import { readResult } from '../worlds/envelope.js';

const dead = 'verify-260101000000-dead';
const live = 'verify-260101000001-a11e';

/** What stands outside any namespace while verify is at work. */
function verifyGround(runId: string): readonly ReturnType<typeof fakeObject>[] {
  const labels = { 'app.kubernetes.io/managed-by': 'spark-dev', 'spark-dev/run': runId, 'spark-dev/verify': runId };
  return ['namespace', 'persistentvolume'].map((kind) =>
    fakeObject(kind, `verify-pv1-${runId.slice(-4)}`, { namespace: '', labels }),
  );
}

it('clean takes the namespaces of a verify that was killed, not those of one at work, and never another', async () => {
  const objects = createFakeObjects();
  const { host } = await createFakeMachine({}, { objects });
  objects.add(...decoys, ...verifyGround(dead), ...verifyGround(live));
  await withLiveRun(host, live, async () => {
    const data = readResult((await call(['clean', '--yes', '--json'], { host })).stdout);
    expect(data).toEqual({ removed: ['namespace verify-pv1-dead', 'persistentvolume verify-pv1-dead'], left: [] });
  });
  expect(objects.names()).toHaveLength(decoys.length + 2);
});
