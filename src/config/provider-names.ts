/** As flags, variables and files name them; src/clusters/providers.ts has what stands behind each. */
export const providerNames = ['minikube', 'docker-desktop'] as const;
export type ProviderName = (typeof providerNames)[number];
