import { z } from 'zod';

const option = z.object({ Component: z.string(), Key: z.string(), Value: z.string() });
const words = z.array(z.string()).nullish();

const configSchema = z.object({
  Driver: z.string().default('docker'),
  DiskSize: z.number().optional(),
  InsecureRegistry: words,
  RegistryMirror: words,
  DockerOpt: words,
  Addons: z.record(z.string(), z.boolean()).nullish(),
  KubernetesConfig: z
    .object({
      ContainerRuntime: z.string().default('docker'),
      FeatureGates: z.string().nullish(),
      CNI: z.string().nullish(),
      ExtraOptions: z.array(option).nullish(),
    })
    .prefault({}),
});

/** What a profile was made with beside its size, as far as `minikube start` takes it back. */
export interface ProfileSettings {
  readonly driver: string;
  readonly containerRuntime: string;
  /** Flags of `minikube start`. */
  readonly flags: readonly string[];
  /** Enabled, beside those that every profile has. */
  readonly addons: readonly string[];
}

const commonAddons = new Set(['default-storageclass', 'storage-provisioner']);

/** Of the profile's config.json (minikube 1.38). */
export function parseProfileSettings(text: string): ProfileSettings {
  const config = configSchema.parse(JSON.parse(text));
  const { ContainerRuntime, FeatureGates, CNI, ExtraOptions } = config.KubernetesConfig;
  const isContainer = config.Driver === 'docker' || config.Driver === 'podman';
  const each = (flag: string, values: readonly string[] | null | undefined): readonly string[] =>
    (values ?? []).map((value) => `--${flag}=${value}`);
  const set = (flag: string, value: string | null | undefined): readonly string[] =>
    value === undefined || value === null || value === '' ? [] : [`--${flag}=${value}`];
  return {
    driver: config.Driver,
    containerRuntime: ContainerRuntime === '' ? 'docker' : ContainerRuntime,
    flags: [
      // the size decides about system-reserved
      ...each('extra-config', (ExtraOptions ?? []).filter(({ Key }) => Key !== 'system-reserved').map(showOption)),
      ...set('feature-gates', FeatureGates),
      ...set('cni', CNI),
      ...each('insecure-registry', config.InsecureRegistry),
      ...each('registry-mirror', config.RegistryMirror),
      ...each('docker-opt', config.DockerOpt),
      ...(isContainer || config.DiskSize === undefined ? [] : [`--disk-size=${String(config.DiskSize)}mb`]),
    ],
    addons: Object.entries(config.Addons ?? {})
      .filter(([name, isOn]) => isOn && !commonAddons.has(name))
      .map(([name]) => name)
      .sort(),
  };
}

function showOption({ Component, Key, Value }: z.infer<typeof option>): string {
  return `${Component}.${Key}=${Value}`;
}
