import { z } from 'zod';
import { registryForm } from './registry-form.js';
import { appSchema, memorySize } from './app-schema.js';
import { providerNames } from './provider-names.js';

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
  cpus: z.int().positive().max(1024).optional(),
  memory: memorySize.optional(),
  images: images.optional(),
  apps: z
    .record(z.string().regex(appName, 'not an application name: use lower-case letters, digits and dashes'), appSchema)
    .default({}),
});
