import { expect, it } from 'vitest';
import { createJob } from '../../../../test/fakes/a-job.js';
import { createFakeHost } from '../../../../test/fakes/fake-host.js';
import type { FileLocation, SparkJob } from '../../../job/job.js';
import { acceptEmbedded } from './local-limits.js';

const here = (path: string): FileLocation => ({ where: 'here', path });
const inImage = { where: 'image', path: '/opt/a.jar' } as const;

it.each<[string, Partial<SparkJob>, object]>([
  ['R', { main: { kind: 'r', at: here('/etl.R') } }, { why: "PyPI's Spark does not include it." }],
  [
    'a jar in the image',
    { jars: [{ at: inImage, as: undefined }] },
    { what: expect.stringContaining('/opt/a.jar') as string },
  ],
  ['an application in the image', { main: { kind: 'python', at: inImage } }, {}],
  ...[',', ':', '?', '[', ']'].map((character): [string, Partial<SparkJob>, object] => [
    `a file in a folder with ${character}`,
    { files: [{ at: here(`/a${character}b/data.txt`), as: undefined }] },
    { what: `Spark cannot read ${JSON.stringify(`/a${character}b/data.txt`)} in a list of files` },
  ]),
])('refuses %s', (_title, job, error) => {
  const accept = (): void => {
    acceptEmbedded(createFakeHost(), createJob(job), {});
  };
  expect(accept).toThrow(expect.objectContaining({ code: 'USAGE', ...error }) as Error);
});
