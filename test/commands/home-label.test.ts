import { expect, it } from 'vitest';
import { shapeJob } from '../../src/job/job-shape.js';
import { checkPodObject } from '../../src/namespaces/check-pod.js';
import { slotObject } from '../../src/run/launch/client/driver-slot.js';
import { shellJobObject } from '../../src/run/launch/shell/plan.js';
import { runConf } from '../../src/spark/conf.js';
import { caseLabels } from '../../src/verify/case-objects.js';

const around = { runId: 'r', namespace: 'n', serviceAccount: 'a', sparkImage: 'i', image: 'i', memoryMb: 1 };
const resources = { requests: { cpuMilli: 1, memoryMb: 1 }, limits: { memoryMb: 1 } };

/** All that a home makes in a cluster which it may share with other homes, but for services (services.test.ts) and what a run's overlay has (run-files.test.ts). */
const makers: Readonly<Record<string, (home: string) => object | Promise<object>>> = {
  'a shell': (home) => shellJobObject({ ...around, home }, { ...around, resources, executorTemplate: '' }),
  "a driver's ports": (home) => slotObject({ ...around, home }, 'r', { name: 'p', uid: 'u' }, 0),
  'a check of rights': (home) => checkPodObject({ package: process.cwd() }, { ...around, home, name: 'c' }, {}),
  executors: (home) => runConf({ ...around, home, shape: shapeJob('jvm'), templates: '' }),
  'a case of verify': (home) => caseLabels({ ...around, home }),
};

it.each(Object.entries(makers))('%s carries the id of its home', async (_what, make) => {
  expect(JSON.stringify(await make('a-home'))).toMatch(/spark-dev\/home":"a-home"/);
});
