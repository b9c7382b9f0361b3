import { z } from 'zod';
import type { ClusterSize } from '../../kube/size.js';

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
