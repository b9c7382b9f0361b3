import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../test/fakes/fake-host.js';
import { escapeExpansion } from '../overlay/run-overlay.js';
import { findLeftOut, readRenderedJob } from './rendered-job.js';
import { toYaml } from '../overlay/kustomize/kustomization.js';

const words = ['--conf', 'a=$(B) $$ 🐘', 'local:///a.jar', "it's"];
const job = {
  kind: 'Job',
  spec: { template: { spec: { containers: [{ name: 'submit', args: ['submit', ...words.map(escapeExpansion)] }] } } },
};
const settings = {
  kind: 'ConfigMap',
  data: { SPARK_IMAGE: 'x', 'driver-template.yaml': 'd', 'executor-template.yaml': 'e' },
};

it('reads the words as kubelet would hand them over, and the templates', () => {
  const read = readRenderedJob([settings, { kind: 'Namespace' }, job].map(toYaml).join('---\n'));
  expect(read).toEqual({ words, templates: { 'driver-template.yaml': 'd', 'executor-template.yaml': 'e' } });
});

it('puts the properties of the file back among the words', () => {
  const hidden = { ...settings, data: { ...settings.data, 'spark.properties': 'spark.a=b\\\\c\n' } };
  const read = readRenderedJob([hidden, job].map(toYaml).join('---\n'));
  expect(read.words.slice(0, 2)).toEqual(['--conf', 'spark.a=b\\c']);
});

it('takes the first submit container alone where an ejected overlay has a Job of its own with one', () => {
  const other = {
    ...job,
    spec: { template: { spec: { containers: [{ name: 'submit', args: ['submit', 'x.jar'] }] } } },
  };
  expect(readRenderedJob([settings, job, other].map(toYaml).join('---\n')).words).toEqual(words);
});

it('says what is missing', () => {
  expect(() => readRenderedJob(toYaml(settings))).toThrow('no submit Job');
  expect(() => readRenderedJob(toYaml(job))).toThrow('no submit Job');
});

describe('what comes with a submit Job alone', () => {
  const base = join(createFakeHost().directories.package, 'kustomize', 'run');
  const [jobText, settingsText] = ['submit-job.yaml', 'settings.yaml'].map((name) =>
    readFileSync(join(base, name), 'utf8'),
  );

  it('is nothing of our own overlay', () => {
    expect(findLeftOut(`${jobText ?? ''}---\n${settingsText ?? ''}`)).toEqual([]);
  });

  it('is named', () => {
    const changed = (jobText ?? '')
      .replace('env:', 'env:\n            - name: HTTPS_PROXY\n              value: x')
      .replace(/ {6}containers:/, '      initContainers:\n        - name: wait\n$&')
      .replace(/ {6}volumes:/, '$&\n        - name: keys\n          secret: { secretName: keys }');
    const secret = toYaml({ kind: 'Secret', metadata: { name: 'keys' } });
    expect(findLeftOut([secret, changed, settingsText].join('---\n'))).toEqual([
      'Secret keys',
      'wait (containers)',
      'HTTPS_PROXY (env)',
      'keys (volumes)',
    ]);
  });
});
