import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { createJob } from '../../test/fakes/a-job.js';
import { shapeJob } from '../job/job-shape.js';
import { planRunFiles } from './run-files.js';

const hostile = [
  '; rm -rf /',
  '$(id)',
  '$(SPARK_USER) $$ $',
  '-leading',
  'a\nb',
  '{a: b}',
  '\n---\nkind: Pod',
  '!!js/function x',
  '🚀',
  'x'.repeat(200),
];

const files = (app: string, args: readonly string[]) =>
  planRunFiles(
    { sparkImage: 'spark-dev/spark:4.3.0-abc', context: 'spark-dev' },
    { 'kustomization.yaml': 'resources: [submit-job.yaml, settings.yaml]\n', 'settings.yaml': '{}\n' },
    {
      runId: 'sparkpi-261121111213-ab12',
      namespace: 'spark',
      serviceAccount: 'spark',
      job: createJob({ name: { written: app, slug: 'sparkpi' }, arguments: args }),
      main: { kind: 'jar', at: { where: 'here', path: '/cache/sparkpi.jar' }, mainClass: 'org.example.SparkPi' },
      shape: shapeJob('jvm'),
      home: 'a-home',
    },
  );

interface Kustomization {
  readonly commonAnnotations: Record<string, string>;
  readonly patches: readonly { readonly patch: string }[];
}

const submitWords = (content: string | undefined): readonly string[] => {
  const { patches } = parse(content ?? '') as Kustomization;
  const [args] = parse(patches[0]?.patch ?? '') as readonly { readonly value: readonly string[] }[];
  return args?.value ?? [];
};

/** What Kubernetes does to arguments, in the submit pod and again in the driver pod. */
const expandOnce = (word: string): string =>
  word
    .replaceAll('$$', '\u0000')
    .replaceAll(/\$\(([A-Z_]+)\)/g, 'EXPANDED')
    .replaceAll('\u0000', '$');

describe('planRunFiles', () => {
  it('labels the Job, its driver and its executors with the id of the home whose run it is', () => {
    const text = files('sparkpi', []).generated['overlay/kustomization.yaml'] ?? '';
    const { labels } = parse(text) as { labels: readonly { pairs: Record<string, string> }[] };
    expect(labels[0]?.pairs['spark-dev/home']).toBe('a-home');
    for (const role of ['driver', 'executor'])
      expect(text).toContain(`spark.kubernetes.${role}.label.spark-dev/home=a-home`);
  });

  it('puts the application on top of the Spark image', () => {
    const { generated, copied } = files('sparkpi', ['10']);
    expect(generated['image/Dockerfile']).toBe(
      'FROM spark-dev/spark:4.3.0-abc\nCOPY --chown=185:185 app/ /opt/spark/app/\n',
    );
    expect(copied).toContainEqual({ from: '/cache/sparkpi.jar', to: 'image/app/sparkpi.jar' });
  });

  it('ends the submit arguments with the resource and the arguments of the application', () => {
    const words = submitWords(files('sparkpi', ['10', 'two words']).generated['overlay/kustomization.yaml']);
    expect(words[0]).toBe('submit');
    expect(words.slice(-3)).toEqual(['local:///opt/spark/app/sparkpi.jar', '10', 'two words']);
  });

  it('has no property among the words, but all in a file that the pod mounts', () => {
    const content = files('sparkpi', []).generated['overlay/kustomization.yaml'];
    expect(submitWords(content).slice(0, 3)).toEqual([
      'submit',
      '--properties-file',
      '/opt/spark/properties/spark.properties',
    ]);
    expect(submitWords(content)).not.toContain('--conf');
    expect(content).toContain('spark.ui.killEnabled=false');
    expect(content).toMatch(/mountPath: \/opt\/spark\/properties/);
  });

  it.each(hostile)('hands %j through as one argument and one annotation', (text) => {
    const content = files(text, [text]).generated['overlay/kustomization.yaml'];
    expect(submitWords(content).map(expandOnce).map(expandOnce).at(-1)).toBe(text);
    expect((parse(content ?? '') as Kustomization).commonAnnotations['spark-dev/app']).toBe(text);
  });

  it('pins the context and keeps builds in the local daemon', () => {
    const config = parse(files('sparkpi', []).generated['skaffold.yaml'] ?? '') as {
      readonly deploy: unknown;
      readonly build: { readonly local: unknown };
    };
    expect(config.deploy).toEqual({ kubeContext: 'spark-dev', kubectl: {} });
    expect(config.build.local).toEqual({ push: false, useBuildkit: false, tryImportMissing: false });
  });

  it('gives the same bytes for the same run', () => {
    expect(files('sparkpi', ['1'])).toEqual(files('sparkpi', ['1']));
  });
});
