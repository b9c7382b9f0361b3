import { z } from 'zod';
import { labelKeyAdvice, labelKeyForm, labelValueAdvice, labelValueForm } from '../text/label-form.js';
import { sizeRules } from '../text/sizes.js';

const languages = ['scala', 'python'] as const;

const scalar = z.union([z.string(), z.number()]);

/** A value that the reader understands, as what it reads. */
const readable = (from: z.ZodType<string | number>, read: (text: string) => number | undefined, problem: string) =>
  from.transform((value, context) => {
    const number = read(String(value));
    if (number !== undefined) return number;
    context.addIssue(problem);
    return z.NEVER;
  });

const sizeOf = (rule: keyof typeof sizeRules, what: string) =>
  readable(scalar, sizeRules[rule].read, `not a ${what}; write ${sizeRules[rule].example}`);

/** A memory size; becomes MiB. */
export const memorySize = sizeOf('memory', 'size');

const whole = (least: number, most: number, advice = '') =>
  readable(
    z.union([z.string(), z.number(), z.nan()]),
    (text) => (/^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most ? Number(text) : undefined),
    `not a whole number from ${String(least)} to ${String(most)}${advice}`,
  );

const cores = whole(
  1,
  1024,
  '; this is the number of concurrent tasks (for part of a CPU: conf spark.kubernetes.executor.request.cores: 500m)',
);

const plain = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const key = z.string().regex(labelKeyForm, labelKeyAdvice);
const labelValue = plain.refine((text) => labelValueForm.test(text), { error: labelValueAdvice });
const objectName = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/, 'not a valid Kubernetes object name');
const volumeName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'not a volume name: at most 63 lower-case letters, digits and dashes');
const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'not a variable name');
const podPath = z.string().regex(/^\/[^:,]*$/, 'not an absolute path in a pod without : and ,');

/** https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const quantity = scalar
  .transform(String)
  .refine((text) => /^\d+(\.\d+)?(Ki|Mi|Gi|Ti|k|M|G|T)?$/.test(text) && Number.parseFloat(text) > 0, {
    error: (issue) => `not a Kubernetes size; ${quantityAdvice(issue.input)}`,
  });

function quantityAdvice(input: unknown): string {
  const match = /^(\d+(?:\.\d+)?)\s*([mg])(?:i?b)?$/i.exec(String(input));
  if (match?.[1] === undefined) return 'write 1Gi or 512Mi';
  const meant = `${match[1]}${match[2]?.toLowerCase() === 'g' ? 'Gi' : 'Mi'}`;
  return `write ${meant}${match[2] === 'm' ? ' (in Kubernetes m means a thousandth)' : ''}`;
}

const role = z.enum(['driver', 'executor']);
const on = z.union([role, z.array(role).min(1)]).optional();

const pod = {
  cores: cores.optional(),
  memory: sizeOf('heap', 'heap size').optional(),
  overhead: sizeOf('overhead', 'size').optional(),
  env: z.record(variable, plain).optional(),
  labels: z.record(key, labelValue).optional(),
  annotations: z.record(key, plain).optional(),
  nodeSelector: z.record(key, labelValue).optional(),
  podTemplate: z.string().min(1).optional(),
};

const secret = z
  .strictObject({
    secret: objectName,
    /** One key as an environment variable … */
    env: variable.optional(),
    key: z.string().min(1).optional(),
    /** … or all keys as files below this path. */
    path: podPath.optional(),
    on,
  })
  .refine(({ env, key: entry, path }) => (path === undefined) !== (env === undefined && entry === undefined), {
    error: 'use either env and key, or path',
  })
  .refine(({ env, key: entry }) => (env === undefined) === (entry === undefined), {
    error: 'env and key need each other',
  });

const volume = z
  .strictObject({
    name: volumeName,
    path: podPath,
    readOnly: z.boolean().optional(),
    claim: objectName.optional(),
    emptyDir: z.strictObject({ medium: z.enum(['disk', 'memory']).optional(), size: quantity.optional() }).optional(),
    onDemand: z.strictObject({ size: quantity, class: objectName.optional() }).optional(),
    on,
  })
  .refine(
    ({ claim, emptyDir, onDemand }) => [claim, emptyDir, onDemand].filter((one) => one !== undefined).length === 1,
    {
      error: 'use one of claim, emptyDir and onDemand',
    },
  );

const toleration = z.strictObject({
  key: key.optional(),
  operator: z.enum(['Exists', 'Equal']).optional(),
  value: labelValue.optional(),
  effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).optional(),
  tolerationSeconds: z.int().optional(),
});

const location = z.string().min(1);

/** One entry of `apps:`. Values for driver or executor win over values for both. */
export const appSchema = z.strictObject({
  path: location.describe('source, jar, .py or .R: relative to the file, local:///in/the/image, or a URL'),
  name: z.string().min(1).max(253).optional().describe('display name; need not be a valid Kubernetes name'),
  main: z
    .string()
    .regex(/^[\w$]+(\.[\w$]+)*$/, 'not a class name')
    .optional()
    .describe('main class, if it is not named like the file'),
  lang: z.enum(languages).optional().describe('language, if the application has two forms'),
  args: z.array(plain).default([]).describe("the application's own arguments"),
  spark: plain
    .refine((text) => /^\d+\.\d+\.\d+$/.test(text), { error: 'not a Spark version; write 4.3.0' })
    .optional()
    .describe('required Spark version'),
  image: z
    .string()
    .min(1)
    .refine((text) => /^[a-z0-9][\w.:/@-]*$/i.test(text), { error: 'not an image name; write shop/orders:1.4' })
    .optional()
    .describe('custom base image; must already be in the cluster'),
  deployMode: z.enum(['cluster', 'client']).optional().describe('where the driver runs: cluster or client'),
  namespace: objectName.optional().describe('namespace of the run'),
  serviceAccount: objectName.optional().describe('service account of the driver'),
  driver: z.strictObject(pod).optional().describe('cores, memory, overhead, env, labels, …, podTemplate'),
  executor: z
    .strictObject({ ...pod, pyspark: memorySize.optional(), offHeap: memorySize.optional() })
    .optional()
    .describe('same as driver, plus pyspark and offHeap'),
  executors: whole(0, 10_000).optional().describe('number of executors'),
  dynamicAllocation: z
    .strictObject({ min: whole(0, 10_000).optional(), max: whole(1, 10_000) })
    .optional()
    .describe('dynamic allocation: min, max'),
  conf: z.record(z.string(), plain).optional().describe('Spark properties'),
  env: z.record(variable, plain).optional().describe('environment variables for driver and executors'),
  files: z.array(location).optional().describe('files and folders for driver and executors'),
  data: z.array(location).optional().describe('files and folders that both find by the same relative paths'),
  jars: z.array(location).optional().describe('added to the class path of both'),
  pyFiles: z.array(location).optional().describe('added to the Python path of both'),
  with: z.array(z.string().min(1)).optional().describe('Python packages, and wheels: pandas>=2'),
  requirements: location.optional().describe("requirements.txt or pyproject.toml; none: not even the project's own"),
  archives: z.array(location).optional().describe('unpacked on both; FILE#folder'),
  secrets: z.array(secret).optional().describe('{secret, env, key} or {secret, path}'),
  volumes: z.array(volume).optional().describe('{name, path} and claim, emptyDir or onDemand'),
  nodeSelector: z.record(key, labelValue).optional().describe('labels that the node must have'),
  tolerations: z.array(toleration).optional().describe('tolerated taints of nodes'),
  labels: z.record(key, labelValue).optional().describe('on driver and executor pods'),
  annotations: z.record(key, plain).optional().describe('on driver and executor pods'),
});

/** The same without a path: what the flags of `run` can express. */
export const saidSchema = appSchema.partial({ path: true });
