import { expect, it } from 'vitest';
import { createJob } from '../../test/fakes/a-job.js';
import { planAppLayer } from './image-layer.js';
import { resourceOf } from './submit-arguments.js';

it.each([
  ['/jobs/my app.py', 'my-app.py'],
  ['/jobs/50%, "new"$.py', '50----new--.py'],
  ['/jobs/größe_1.0+a@b.py', 'größe_1.0+a@b.py'],
])('an application lies in the image by a name that Spark takes, and is submitted by it: %s', (path, name) => {
  const main = { kind: 'python', at: { where: 'here', path } } as const;
  expect(planAppLayer(createJob(), main, 'spark:1').copied).toEqual([{ from: path, to: `app/${name}` }]);
  expect(resourceOf(main)).toBe(`local:///opt/spark/app/${name}`);
});
