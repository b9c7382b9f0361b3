import { z } from 'zod';
import type { ClusterSize } from '../../kube/size.js';
import { readFile, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SparkDevError, codeOf } from '../../errors/spark-dev-error.js';
import type { Host, Directories } from '../../ports/host.js';
import { clusterPaths, profileName } from '../../kube/names.js';
import { replaceFile, isThere, tryJson } from '../../files/paths.js';
import type { Argv } from '../../ports/runner.js';
import { isContainer, type StartSettings } from './argv.js';
import { authorityFiles } from '../../kube/kubeconfig/own-entry.js';

/** minikube's settings of a profile; fields that are not listed here are kept. */
const configSchema = z.looseObject({
  Name: z.string(),
  CPUs: z.number(),
  Memory: z.number(),
  KicBaseImage: z.string(),
  Driver: z.string(),
  KubernetesConfig: z.looseObject({
    KubernetesVersion: z.string(),
    ContainerRuntime: z.string(),
    ExtraOptions: z
      .array(z.looseObject({ Component: z.string(), Key: z.string(), Value: z.string() }))
      .nullable()
      .default(null),
  }),
});

/** The settings of the profile. */
export interface ProfileConfig extends ClusterSize {
  readonly name: string;
  readonly nodeImage: string;
  readonly driver: string;
  readonly containerRuntime: string;
  readonly kubernetesVersion: string;
}

/** kubelet's system-reserved from `--extra-config`; minikube writes it into kubelet's unit at each start. */
const reservedOption = { Component: 'kubelet', Key: 'system-reserved' } as const;

/** Throws if it is not a minikube profile. */
export function parseProfileConfig(text: string): ProfileConfig {
  const { Name, CPUs, Memory, KicBaseImage, Driver, KubernetesConfig } = configSchema.parse(JSON.parse(text));
  return {
    name: Name,
    cpus: CPUs,
    memoryMb: Memory,
    reserved: KubernetesConfig.ExtraOptions?.find(isReserved)?.Value ?? '',
    nodeImage: KicBaseImage,
    driver: Driver,
    containerRuntime: KubernetesConfig.ContainerRuntime,
    kubernetesVersion: KubernetesConfig.KubernetesVersion,
  };
}

const words = z
  .array(z.string())
  .nullish()
  .transform((all) => all ?? []);

const settingsSchema = configSchema.extend({
  DiskSize: z.number().optional(),
  InsecureRegistry: words,
  RegistryMirror: words,
  DockerOpt: words,
  Addons: z.record(z.string(), z.boolean()).nullish(),
  KubernetesConfig: configSchema.shape.KubernetesConfig.extend({
    FeatureGates: z.string().nullish(),
    CNI: z.string().nullish(),
  }),
});

const commonAddons = ['default-storageclass', 'storage-provisioner'];

/** The settings (of minikube 1.38) that `minikube start` accepts as flags, and the addons that are not there by default. */
export function parseProfileSettings(text: string): StartSettings & { readonly addons: readonly string[] } {
  const { Driver: driver, DiskSize, Addons, ...config } = settingsSchema.parse(JSON.parse(text));
  const { ContainerRuntime, FeatureGates, CNI, ExtraOptions } = config.KubernetesConfig;
  const flags: Readonly<Record<string, readonly (string | null | undefined)[]>> = {
    'extra-config': (ExtraOptions ?? [])
      // it depends on the size
      .filter(({ Key }) => Key !== 'system-reserved')
      .map(({ Component, Key, Value }) => `${Component}.${Key}=${Value}`),
    'feature-gates': [FeatureGates],
    cni: [CNI],
    'insecure-registry': config.InsecureRegistry,
    'registry-mirror': config.RegistryMirror,
    'docker-opt': config.DockerOpt,
    'disk-size': isContainer({ driver }) || DiskSize === undefined ? [] : [`${String(DiskSize)}mb`],
  };
  return {
    driver,
    containerRuntime: ContainerRuntime === '' ? 'docker' : ContainerRuntime,
    flags: Object.entries(flags).flatMap(([flag, values]) =>
      values.flatMap((value) => ((value ?? '') === '' ? [] : [`--${flag}=${value ?? ''}`])),
    ),
    addons: Object.entries(Addons ?? {})
      .filter(([name, isOn]) => isOn && !commonAddons.includes(name))
      .map(([name]) => name)
      .sort(),
  };
}

/** The same profile with another size; minikube indents sometimes with tabs, sometimes with spaces. */
export function resizeProfileConfig(text: string, { cpus, memoryMb, reserved }: ClusterSize): string {
  refuseLossyNumbers(text);
  // only validated: zod would move the keys that it knows to the front
  const config = JSON.parse(text) as z.infer<typeof configSchema>;
  configSchema.parse(config);
  const others = (config.KubernetesConfig.ExtraOptions ?? []).filter((option) => !isReserved(option));
  const ExtraOptions = [...others, ...(reserved === '' ? [] : [{ ...reservedOption, Value: reserved }])];
  const KubernetesConfig = { ...config.KubernetesConfig, ExtraOptions };
  const indent = text.startsWith('{\n\t') ? '\t' : 4;
  return JSON.stringify({ ...config, CPUs: cpus, Memory: memoryMb, KubernetesConfig }, undefined, indent);
}

function isReserved({ Component, Key }: { readonly Component: string; readonly Key: string }): boolean {
  return Component === reservedOption.Component && Key === reservedOption.Key;
}

/** minikube counts in nanoseconds, which a double cannot always hold exactly; refuses to rewrite a figure that would change. */
function refuseLossyNumbers(text: string): void {
  const lossy = [...text.matchAll(/:\s*(-?\d{16,})\b/g)].find(([, digits = '']) => String(Number(digits)) !== digits);
  if (lossy !== undefined) throw new Error(`it contains ${lossy[1] ?? ''}, which cannot be rewritten exactly`);
}

export function profileFile({ directories }: Pick<Host, 'directories'>): string {
  return join(clusterPaths(directories).minikubeHome, '.minikube', 'profiles', profileName, 'config.json');
}

export async function readProfileConfig(host: Pick<Host, 'directories'>): Promise<ProfileConfig> {
  const path = profileFile(host);
  return explainBroken(path, async () => parseProfileConfig(await readFile(path, 'utf8')));
}

/** Atomic; keeps the file's mode. */
export async function writeProfileSize(host: Host, size: ClusterSize): Promise<void> {
  const path = profileFile(host);
  await explainBroken(path, async () => {
    await replaceFile(path, resizeProfileConfig(await readFile(path, 'utf8'), size));
  });
}

async function explainBroken<Value>(path: string, action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    if (codeOf(error) === 'ENOENT')
      throw new SparkDevError('CLUSTER_ABSENT', 'No cluster was created from these folders', {
        why: `${path} does not exist.`,
        fix: ['spark-dev init --yes', 'If it was created with another SPARK_DEV_HOME, set that again'],
      });
    throw new SparkDevError('CLUSTER_UNREACHABLE', `minikube's profile ${path} was not changed`, {
      why: error instanceof Error ? error.message : String(error),
      fix: ['spark-dev status', 'Start over: spark-dev down --delete && spark-dev init'],
      cause: error,
    });
  }
}

/** minikube's own validity check (Profile.IsValid in its pkg/minikube/config). */
const profileSchema = z.object({
  Name: z.string().min(1),
  Nodes: z.array(z.unknown()).min(1),
  KubernetesConfig: z.object({ KubernetesVersion: z.string().min(1) }),
});

/** Whether the profile's config.json is unreadable: minikube then reports that there is no profile, and fails to create it. */
export async function isDamaged(directories: Directories): Promise<boolean> {
  const text = await readFile(profileFile({ directories }), 'utf8').catch(() => undefined);
  return text !== undefined && !profileSchema.safeParse(tryJson(text)).success;
}

/**
 * Taken at the end of each init: minikube writes no complete profile for an existing node (its address stays empty), and a
 * home that lost minikube's folder proves with the certificate authority that it owns the cluster.
 */
export async function keepProfile(directories: Directories): Promise<void> {
  if ((await isThere(profileFile({ directories }))) && !(await isDamaged(directories)))
    await copyFile(profileFile({ directories }), copyOf(directories));
  const { made, kept } = authorityFiles(directories);
  if (await isThere(made)) await copyFile(made, kept);
}

/** Restores the copy; undefined if there is none. */
export async function repairArgv(directories: Directories): Promise<Argv | undefined> {
  if (!(await isThere(copyOf(directories)))) return undefined;
  return ['cp', '-p', copyOf(directories), profileFile({ directories })];
}

function copyOf(directories: Directories): string {
  return `${profileFile({ directories })}.kept`;
}
