/** Source of a cluster's tools and images: official releases and images, or built from package registries. */
export type Source = 'upstream' | 'registries';

/** `auto` tries both and uses the one that answers. */
export const sourceRequests = ['auto', 'upstream', 'registries'] as const;
export type SourceRequest = (typeof sourceRequests)[number];
