import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { settingsSchema } from '../../src/config/schema.js';

const published = fileURLToPath(new URL('../../schemas/spark-dev.schema.json', import.meta.url));

/** What an editor is told of spark-dev.yaml: what may be written, before sizes become numbers. */
function describeSettings(): object {
  const { $schema, ...rest } = z.toJSONSchema(settingsSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // JSON has no such number, so nothing that is written can be it
      if (zodSchema._zod.def.type === 'nan') jsonSchema.not = {};
    },
  });
  return { $schema, title: 'spark-dev.yaml', ...rest };
}

it('is published as it is; `npx vitest run --project laws settings-schema -u` updates it', async () => {
  await expect(`${JSON.stringify(describeSettings(), undefined, 2)}\n`).toMatchFileSnapshot(published);
});

it.each([
  [{ version: 1, target: 'local', memory: '6g', apps: { etl: { path: 'jobs/etl.py', args: [2026, true] } } }, true],
  [{ version: 1, memory: 6144, images: { mirrors: { 'docker.io': 'mirror.example/hub' } } }, true],
  [{ target: 'local' }, false],
  [{ version: 2 }, false],
  [{ version: 1, targte: 'local' }, false],
  [{ version: 1, target: 'mars' }, false],
  [{ version: 1, apps: { ETL: { path: 'x' } } }, false],
  [{ version: 1, apps: { etl: {} } }, false],
  [{ version: 1, uiPort: 80 }, false],
])('says of %j what the program says', (settings, fine) => {
  const schema = z.fromJSONSchema(describeSettings() as Parameters<typeof z.fromJSONSchema>[0]);
  expect(schema.safeParse(settings).success).toBe(fine);
  expect(settingsSchema.safeParse(settings).success).toBe(fine);
});
