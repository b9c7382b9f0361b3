import { expect, it } from 'vitest';
import { createJob } from '../../../test/fakes/a-job.js';
import { listTemplateObjects } from './template-objects.js';

it('lists what a pod template cannot do without', () => {
  const volumes = [
    { name: 'a', configMap: { name: 'spark-log4j' } },
    { name: 'b', configMap: { name: 'perhaps', optional: true } },
    { name: 'c', secret: { secretName: 'login' } },
    { name: 'd', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'e', emptyDir: {} },
  ];
  const job = createJob();
  const podTemplate = { file: '/driver.yaml', pod: { spec: { priorityClassName: 'batch-low', volumes } } };
  const listed = listTemplateObjects({ ...job, driver: { ...job.driver, podTemplate } });
  expect(listed.map(({ role, kind, name }) => [role, kind, name].join(' '))).toEqual([
    'driver priorityclasses batch-low',
    'driver configmaps spark-log4j',
    'driver secrets login',
    'driver persistentvolumeclaims data',
  ]);
  expect(listTemplateObjects(job)).toEqual([]);
});
