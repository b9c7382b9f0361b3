import { sparkPods } from '../fit/spark-pods.js';
import { escapeExpansion } from '../overlay/run-overlay.js';
import { account, releaseFile, shapeCase, templatesFolder } from './case-conf.js';
import { caseLabels, driverLabel, helperLabel } from './case-labels.js';
import type { CaseNames } from './case-names.js';
import type { HelperPod, CaseObject, TemplateRequest, VerifyCase } from './case.js';
import type { ContainerDocument, PodDocument, PodSpecDocument } from './pod-document.js';
import type { PodYaml } from './pod-yaml.js';
import { sparkRoleLabel } from '../kube/labels.js';

const confFolder = '/opt/spark/conf';

/** Combines the built-in template, which meets Pod Security, with the fields that Spark's suite checks. */
export function applyTemplate(base: PodDocument, request: TemplateRequest = {}): PodDocument {
  const { container, image, labels, priorityClassName } = request;
  const [first, ...others] = base.spec.containers;
  return {
    ...base,
    metadata: { ...base.metadata, ...(labels === undefined ? {} : { labels }) },
    spec: {
      ...base.spec,
      ...(priorityClassName === undefined ? {} : { priorityClassName }),
      containers: [{ ...first, name: container ?? first.name, ...(image === undefined ? {} : { image }) }, ...others],
    },
  };
}

/** The usual submit Job with the arguments, image and files of this case. */
export function submitJob(one: VerifyCase, names: CaseNames, yaml: PodYaml, words: readonly string[]): CaseObject {
  const { submitJob: base } = yaml;
  const labels = caseLabels(names);
  const { metadata, spec } = base.spec.template;
  const [container] = spec.containers;
  const submit: ContainerDocument = {
    ...container,
    image: names.image,
    args: words.map(escapeExpansion),
    // --conf sets the image
    env: [...(container.env ?? []).filter(({ name }) => name !== 'SPARK_IMAGE'), ...confEnv(one)],
    volumeMounts: [...(container.volumeMounts ?? []).filter(isNotTemplates), ...caseMounts(one)],
  };
  const template: PodDocument = {
    metadata: { labels: { ...(metadata?.['labels'] as object), ...labels } },
    spec: {
      ...spec,
      serviceAccountName: account,
      containers: [submit],
      volumes: [...(spec.volumes ?? []).filter(isNotTemplates), ...caseVolumes(one)],
    },
  };
  return {
    ...base,
    metadata: { name: 'submit', namespace: names.namespace, labels },
    spec: { ...base.spec, template },
  };
}

/** In client mode, spark-submit runs inside a hand-written driver pod. */
export function clientDriver(
  one: VerifyCase,
  names: CaseNames,
  { driverTemplate }: PodYaml,
  { words, heapMb }: { readonly words: readonly string[]; readonly heapMb: number },
): CaseObject {
  const { spec } = driverTemplate;
  const [base] = spec.containers;
  const { requests } = sparkPods(shapeCase(one, heapMb)).driver;
  const memory = `${String(requests.memoryMb)}Mi`;
  const driver: ContainerDocument = {
    ...base,
    name: one.pods?.driver?.container ?? base.name,
    image: one.image ?? names.image,
    imagePullPolicy: 'Never',
    args: words.map(escapeExpansion),
    env: [
      // in client mode the submit client is the driver
      { name: 'SPARK_SUBMIT_OPTS', value: `-Xmx${String(heapMb)}m` },
      ...(one.held === true ? [{ name: 'VERIFY_HOLD', value: releaseFile }] : []),
      ...confEnv(one),
    ],
    resources: { requests: { cpu: `${String(requests.cpuMilli)}m`, memory }, limits: { memory } },
    volumeMounts: [...(base.volumeMounts ?? []), ...caseMounts(one)],
  };
  return podObject(
    names,
    names.driver,
    { [sparkRoleLabel]: 'driver', [driverLabel]: names.driver },
    {
      ...spec,
      restartPolicy: 'Never',
      serviceAccountName: account,
      containers: [driver],
      volumes: [...(spec.volumes ?? []), ...caseVolumes(one)],
    },
  );
}

/** As small as possible, and as restricted as all other pods. */
export function helperPod({ name, run, claim }: HelperPod, { submitJob: base }: PodYaml, names: CaseNames): CaseObject {
  const { spec } = base.spec.template;
  const { securityContext, imagePullPolicy } = spec.containers[0];
  const mounts = [
    { name: 'tmp', mountPath: '/tmp' },
    ...(claim === undefined ? [] : [{ name: 'claim', mountPath: '/claim' }]),
  ];
  return podObject(
    names,
    name,
    { [helperLabel]: name },
    {
      restartPolicy: 'Never',
      enableServiceLinks: false,
      automountServiceAccountToken: false,
      serviceAccountName: account,
      securityContext: spec['securityContext'],
      containers: [
        {
          ...{ name, securityContext, imagePullPolicy },
          image: names.image,
          command: run,
          resources: { requests: { cpu: '50m', memory: '64Mi' }, limits: { memory: '128Mi' } },
          volumeMounts: mounts,
        },
      ],
      volumes: [
        { name: 'tmp', emptyDir: {} },
        ...(claim === undefined ? [] : [{ name: 'claim', persistentVolumeClaim: { claimName: claim } }]),
      ] as PodSpecDocument['volumes'] & object,
    },
  );
}

function podObject(
  names: CaseNames,
  name: string,
  labels: Readonly<Record<string, string>>,
  spec: PodSpecDocument,
): CaseObject {
  const { namespace } = names;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { ...caseLabels(names), ...labels } },
    spec,
  };
}

/** Spark's Kubernetes client looks for conf files only if this is set. */
function confEnv({ confFiles }: VerifyCase): readonly { readonly name: string; readonly value: string }[] {
  return confFiles === undefined ? [] : [{ name: 'SPARK_CONF_DIR', value: confFolder }];
}

const isNotTemplates = ({ name }: { readonly name: string }): boolean => name !== 'templates';

function caseMounts({ confFiles }: VerifyCase): readonly { readonly name: string; readonly mountPath: string }[] {
  return [
    { name: 'case-templates', mountPath: templatesFolder },
    ...(confFiles === undefined ? [] : [{ name: 'case-conf', mountPath: confFolder }]),
  ];
}

function caseVolumes({ confFiles }: VerifyCase): readonly { readonly name: string; readonly configMap: object }[] {
  const volume = (name: string, keys: readonly string[]): { name: string; configMap: object } => ({
    name,
    configMap: { name: 'case', items: keys.map((key) => ({ key, path: key })) },
  });
  return [
    volume('case-templates', ['driver-template.yaml', 'executor-template.yaml']),
    ...(confFiles === undefined ? [] : [volume('case-conf', Object.keys(confFiles))]),
  ];
}
