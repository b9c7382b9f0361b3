import { expect, it } from 'vitest';
import { portsOf } from './conf.js';
import { confOf, splitLine } from './submit-words.js';
import { asClient, heapOf, planDriverJvm } from './client-line.js';

const cluster = [
  ...['--master', 'k8s://x', '--deploy-mode', 'cluster', '--class', 'A'],
  ...['--conf', 'spark.kubernetes.driver.pod.name=a-driver', '--conf', 'spark.kubernetes.driver.label.x=y'],
  ...['--conf', 'spark.kubernetes.executor.podTemplateFile=/opt/spark/templates/executor-template.yaml'],
  ...['--conf', 'spark.kubernetes.driver.ownPersistentVolumeClaim=false'],
  ...['--conf', 'spark.kubernetes.submission.waitAppCompletion=false', '--conf', 'spark.driver.memory=700m'],
  ...['--jars', 'local:///opt/spark/app/b.jar,local:///opt/spark/app/c.jar'],
  ...['local:///opt/spark/app/a.jar', '$$(HOME)', '--deploy-mode'],
];
const place = { pod: 'pod-1', ports: portsOf(2), folder: '/in-pod/runs/r' };

it('keeps what is said of the job, and drops what is said of a pod that is not made', () => {
  const line = splitLine(asClient(cluster, place));
  const conf = confOf(line);
  expect(conf.get('spark.kubernetes.executor.podTemplateFile')).toBe('/in-pod/runs/r/executor-template.yaml');
  expect(conf.get('spark.kubernetes.driver.pod.name')).toBe('pod-1');
  // the driver may not delete claims, in whichever pod it is
  expect(conf.get('spark.kubernetes.driver.ownPersistentVolumeClaim')).toBe('false');
  expect(conf.get('spark.driver.memory')).toBe('700m');
  expect([...conf.keys()].filter((key) => /driver\.label|submission/.test(key))).toEqual([]);
  expect(line.options).toContainEqual(['--deploy-mode', 'client']);
});

it('finds the files where they are staged, and hands arguments over as the user wrote them', () => {
  const line = splitLine(asClient(cluster, place));
  expect(line.options).toContainEqual(['--jars', '/in-pod/runs/r/b.jar,/in-pod/runs/r/c.jar']);
  expect(line.resource).toBe('/in-pod/runs/r/a.jar');
  expect(line.arguments).toEqual(['$(HOME)', '--deploy-mode']);
});

it('gives each slot three ports that no other has', () => {
  const all = Array.from({ length: 32 }, (_, slot) => Object.values({ ...portsOf(slot) })).flat();
  expect(new Set(all).size).toBe(all.length);
  expect(confOf(splitLine(asClient(cluster, place))).get('spark.ui.port')).toBe('4042');
});

it("gives the driver's process the variables and the JVM options that a pod of its own would have", () => {
  const words = [
    ...[
      '--conf',
      'spark.kubernetes.driverEnv.STAGE=a b',
      '--conf',
      'spark.driver.extraJavaOptions=-Dx=1 "-Dy=two words"',
    ],
    ...cluster,
  ];
  expect(planDriverJvm(words, '/f')).toEqual({
    env: { STAGE: 'a b', SPARK_SUBMIT_OPTS: '@/f -Xmx700m' },
    javaOptions: '"-Dx=1"\n"-Dy=two words"\n',
  });
  expect(planDriverJvm(cluster, '/f')).toEqual({ env: { SPARK_SUBMIT_OPTS: '-Xmx700m' }, javaOptions: undefined });
  expect(asClient(words, place).join(' ')).not.toContain('driverEnv');
});

it('finds native libraries where the job says', () => {
  const words = ['--conf', 'spark.driver.extraLibraryPath=/opt/native', ...cluster];
  expect(planDriverJvm(words, '/f').env['LD_LIBRARY_PATH']).toBe('/opt/native');
});

it.each([
  [cluster, '700m'],
  [['--driver-memory', '2g', ...cluster], '2g'],
  [['a.jar'], '1g'],
])('reads the heap (%#)', (words, heap) => {
  expect(heapOf(words)).toBe(heap);
});
