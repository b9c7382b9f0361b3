import { expect, it } from 'vitest';
import { parseSettings } from './parse-settings.js';

it.each([
  ['executors: -1', 'apps.a.executors | not a whole number from 0 to 10000'],
  ['executors: .nan', 'apps.a.executors | not a whole number'],
  ['executor: { memory: 1x }', 'apps.a.executor.memory | not a heap size; write 2g, 2Gi'],
  ['executor: { cores: 1000m }', 'part of a CPU: conf spark.kubernetes.executor.request.cores'],
  ['volumes: [{ name: a, path: /a, emptyDir: { size: 1000m } }]', 'write 1000Mi (in Kubernetes m means a thousandth)'],
  ['volumes: [{ name: a, path: /a, emptyDir: { size: 1g } }]', 'write 1Gi'],
  ['volumes: [{ name: a, path: /a }]', 'use one of claim, emptyDir and onDemand'],
  ['secrets: [{ secret: a, env: B }]', 'env and key need each other'],
  [`labels: { a: ${'x'.repeat(64)} }`, 'not a label value: at most 63 letters'],
  ['labels: { "a b": x }', 'not a key: expected PREFIX/NAME'],
  ['executor: { memroy: 1g }', 'unknown key; did you mean memory?'],
  ['volumes: [{ name: a, path: /a, emptydir: {} }]', 'unknown key; did you mean emptyDir?'],
  ['conf: { spark.x: 1, spark.x: 2 }', 'Map keys must be unique'],
  ['spark: 4.3', 'not a Spark version'],
])('names what has no form: %s', (line, problem) => {
  const parsed = parseSettings(`version: 1\napps:\n  a:\n    path: x.py\n    ${line}\n`);
  const problems = 'problems' in parsed ? parsed.problems : [];
  expect(problems.map(({ path, message }) => `${path} | ${message}`).join('\n')).toContain(problem);
  expect(problems[0]?.line).toBe(5);
});
