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
  expect(resourceOf(createJob(), main)).toBe(`local:///opt/spark/app/${name}`);
});

it('lays data at their places below the working folder, where the entry point copies them to, and the script among them', () => {
  const main = { kind: 'python', at: { where: 'here', path: '/project/jobs/my etl.py' } } as const;
  const job = createJob({ data: ['/project/data/in.csv', '/elsewhere/größe 1'] });
  const { copied, generated, dockerfile } = planAppLayer(job, main, 'spark:1');
  expect(copied).toEqual([
    { from: '/project/data/in.csv', to: 'project/data/in.csv' },
    { from: '/elsewhere/größe 1', to: 'project/größe 1' },
    { from: '/project/jobs/my etl.py', to: 'app/project/jobs/my-etl.py' },
  ]);
  expect(resourceOf(job, main)).toBe('local:///opt/spark/app/project/jobs/my-etl.py');
  expect(dockerfile).toContain('COPY --chown=185:185 project/ /opt/spark/app/project/\n');
  expect(generated['entrypoint.sh']).toContain('cp -r /opt/spark/app/project/. .');
});

it('starts driver and executors in the folder that they share, and notes the start', () => {
  const job = createJob({ sharesFolder: true, data: ['/project/in.csv'] });
  const { generated } = planAppLayer(job, { kind: 'class', mainClass: 'A' }, 'spark:1');
  expect(generated['entrypoint.sh']).toBe(`#!/bin/bash
case \${1:-} in
  driver)
    mkdir -p /opt/spark/project/work
    cd /opt/spark/project/work || exit
    cp -r /opt/spark/app/project/. . || exit
    touch ../started
    ;;
  executor)
    cd /opt/spark/project/work || exit
    ;;
esac
exec /opt/entrypoint.sh "$@"
`);
});
