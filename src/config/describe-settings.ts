import { z } from 'zod';
import { appSchema } from './app-schema.js';
import { settingsSchema } from './schema.js';

/** `help spark-dev.yaml`: every key, from the very schema that reads the file. */
export function describeSettings(): { readonly data: object; readonly text: readonly string[] } {
  const top = Object.keys(settingsSchema.shape);
  const app = Object.entries(appSchema.shape).map(([key, field]) => ({ key, meaning: field.description ?? '' }));
  return {
    data: z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }),
    text: [
      'spark-dev.yaml is looked for from the working directory upwards, to the home folder at most, then in the configuration folder.',
      'A file that another user could have written is refused, unless SPARK_DEV_TRUST lists its folder.',
      'A flag wins over a variable, a variable over the file. An unknown key is refused, with the nearest known one.',
      '',
      `Keys: ${top.join(', ')}. \`version: 1\` is required.`,
      'apps.NAME, which `spark-dev run NAME` runs:',
      '',
      ...app.map(({ key, meaning }) => `  ${key.padEnd(18)} ${meaning}`),
      '',
      'Heaps are 2g, 2Gi, 2048m or 2048 and at least 512m; sizes of volumes are as Kubernetes writes them: 1Gi, 512Mi.',
      'A volume, a secret, and who gets them:',
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
