/** As flags, variables and files name them; src/clusters/providers.ts has what stands behind each. */
export const providerNames = ['minikube', 'docker-desktop'] as const;
export type ProviderName = (typeof providerNames)[number];

/** `registry.example:5000/team`: a host, and folders below it. */
export const registryForm = /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/;
