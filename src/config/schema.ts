import { z } from 'zod';
import { appSchema, memorySize } from './app-schema.js';
import { providerNames, registryForm } from './provider-names.js';

const appName = /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/;
const imageName = z.string().regex(/^[a-z0-9][\w./:@-]*$/, 'not an image name');

/** Where else `images pull` looks: a mirror replaces a registry, a fallback replaces one repository. */
const images = z.strictObject({
  mirrors: z.record(z.string().regex(/^[a-z0-9.-]+(:\d+)?$/, 'not a registry'), imageName).default({}),
  fallbacks: z.record(imageName, z.array(imageName)).default({}),
});

/** spark-dev.yaml. Keys that are not listed here are errors, reported with the nearest known key. */
export const settingsSchema = z.strictObject({
  version: z.literal(1, 'must be 1, the only version of this format'),
  target: z.enum(['auto', 'cluster', 'local']).optional(),
  source: z.enum(['auto', 'upstream', 'registries']).optional(),
  /** Kubernetes provider. */
  provider: z.enum(providerNames).optional(),
  lang: z.enum(['scala', 'python']).optional(),
  /** Namespace of runs on the cluster. */
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'not a valid namespace name')
    .optional(),
  /** Spark version, if it is not the newest that spark-dev knows. */
  sparkVersion: z.string().optional(),
  /** Where images for a shared cluster are pushed; its nodes pull them from there. */
  imageRegistry: z.string().regex(registryForm, 'not a registry; write registry.example:5000/team').optional(),
  uiPort: z.int().min(1024).max(65_535).optional(),
  /** Whether runs take a driver that stands by, and leave one behind. */
  standby: z.enum(['on', 'off']).optional(),
  cpus: z.int().positive().max(1024).optional(),
  memory: memorySize.optional(),
  images: images.optional(),
  apps: z
    .record(z.string().regex(appName, 'not an application name: use lower-case letters, digits and dashes'), appSchema)
    .default({}),
});

/** `help spark-dev.yaml`: every key, from the schema that reads the file. */
export function describeSettings(): { readonly data: object; readonly text: readonly string[] } {
  const top = Object.keys(settingsSchema.shape);
  const app = Object.entries(appSchema.shape).map(([key, field]) => ({ key, meaning: field.description ?? '' }));
  return {
    data: z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }),
    text: [
      'spark-dev looks for spark-dev.yaml from the working directory up to the home folder, then in the configuration folder.',
      'Files that another user could have written are refused, unless SPARK_DEV_TRUST lists their folder.',
      'Flags win over variables, variables over the file. Unknown keys are refused, with the nearest known key.',
      '',
      `Keys: ${top.join(', ')}. \`version: 1\` is required.`,
      'apps.NAME, which `spark-dev run NAME` runs:',
      '',
      ...app.map(({ key, meaning }) => `  ${key.padEnd(18)} ${meaning}`),
      '',
      'Heap sizes: 2g, 2Gi, 2048m or 2048, at least 512m. Volume sizes use Kubernetes units: 1Gi, 512Mi.',
      'Example with a secret and a volume:',
      '',
      '  version: 1',
      '  apps:',
      '    etl:',
      '      path: jobs/etl.py',
      '      executor: { memory: 1g, cores: 2 }',
      '      conf: { spark.sql.shuffle.partitions: 8 }',
      '      secrets: [{ secret: db, key: password, env: DB_PASSWORD }]',
      '      volumes: [{ name: data, path: /data, claim: my-data, on: executor }]',
    ],
  };
}
