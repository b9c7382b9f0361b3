import { providerVariable } from '../clusters/requested-provider.js';
import type { Host } from '../ports/host.js';

/** The flag becomes the variable: below, one place is read, and inner calls find the same cluster. */
export function nameProvider(host: Host, provider: string | undefined): Host {
  return provider === undefined ? host : { ...host, env: { ...host.env, [providerVariable]: provider } };
}

/** For a call of another command that is made for this one. */
export function providerFlag(provider: string | undefined): readonly string[] {
  return provider === undefined ? [] : ['--provider', provider];
}
