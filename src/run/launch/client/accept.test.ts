import { expect, it } from 'vitest';
import { createJob } from '../../../../test/fakes/a-job.js';
import { createFakeHost } from '../../../../test/fakes/fake-host.js';
import { minikubeCapabilities } from '../../../clusters/minikube/capabilities.js';
import { acceptInClientMode } from './accept.js';

it('refuses what the JVM in the standing pod would not heed', () => {
  const job = createJob({ conf: { 'spark.driver.extraClassPath': '/a.jar' } });
  const refused = (): void => {
    acceptInClientMode(createFakeHost(), job, { provider: minikubeCapabilities });
  };
  expect(refused).toThrow(expect.objectContaining({ why: expect.stringContaining('extraClassPath') as string }));
});
