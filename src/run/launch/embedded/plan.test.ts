import { expect, it } from 'vitest';
import { createJob } from '../../../../test/fakes/a-job.js';
import { createFakeHost } from '../../../../test/fakes/fake-host.js';
import { planEmbedded } from './plan.js';
import { launchEmbedded } from './launch.js';

const inImage = { where: 'image', path: '/opt/a.jar' } as const;
const { signal } = new AbortController();

it.each([
  ['R', { name: 'etl', kind: 'r', at: { where: 'here', path: '/etl.R' } } as const, createJob()],
  [
    'a jar in the image',
    { name: 'etl', kind: 'python', at: { where: 'here', path: '/etl.py' } } as const,
    createJob({ jars: [{ at: inImage, as: undefined }] }),
  ],
])('a plan refuses what a run would: %s', async (_title, app, job) => {
  const request = { app, job, uiPort: undefined, signal };
  const refusal = await launchEmbedded(createFakeHost(), request).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'USAGE' });
  await expect(planEmbedded(createFakeHost(), request)).rejects.toEqual(refusal);
});
