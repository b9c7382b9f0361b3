import { expect, it } from 'vitest';
import { escapeExpansion } from '../overlay/run-overlay.js';
import { toYaml } from '../overlay/kustomize/render.js';
import { readRenderedJob } from './rendered-job.js';

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

it('says what is missing', () => {
  expect(() => readRenderedJob(toYaml(settings))).toThrow('no submit Job');
  expect(() => readRenderedJob(toYaml(job))).toThrow('no submit Job');
});
