/** Where a cluster's parts come from: official releases and images, or built from package registries. */
export type Source = 'upstream' | 'registries';

/** `auto` asks both and takes what answers. */
export const sourceRequests = ['auto', 'upstream', 'registries'] as const;
export type SourceRequest = (typeof sourceRequests)[number];
