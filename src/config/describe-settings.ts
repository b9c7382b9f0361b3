import { z } from 'zod';
import { appSchema } from './app-schema.js';
import { settingsSchema } from './schema.js';

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
