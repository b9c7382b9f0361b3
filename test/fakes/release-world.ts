import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { createFakeHost, type FakeHost } from './fake-host.js';
import { startReleaseServer, type ReleaseServer } from './release-server.js';
import { createUndiciHttp } from '../../src/adapters/undici-http.js';
import type { Platform } from '../../src/ports/host.js';
import type { Release, ReleasePin } from '../../src/toolchain/upstream/pins.js';

export const program = `#!/bin/sh\necho ${'right '.repeat(2000)}\n`;
export const flipped = `${program.slice(0, 500)}X${program.slice(501)}`;
export const file = '/v1/kubectl';

interface ReleaseWorld {
  readonly server: ReleaseServer;
  readonly stranger: ReleaseServer;
  /** The release as the vendor's server has it. */
  readonly releaseWith: (pin?: Partial<ReleasePin>, redirectsTo?: readonly string[]) => Release;
}

/** For the test file that calls it: a server of the vendor and one of somebody else, new for each test. */
export function useReleaseServers(): ReleaseWorld {
  let servers: readonly ReleaseServer[] = [];
  const serverAt = (index: number): ReleaseServer => {
    const server = servers[index];
    if (server === undefined) throw new Error('only in a test');
    return server;
  };
  beforeEach(async () => {
    servers = await Promise.all([startReleaseServer(), startReleaseServer()]);
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.close()));
  });
  return {
    get server() {
      return serverAt(0);
    },
    get stranger() {
      return serverAt(1);
    },
    releaseWith(pin = {}, redirectsTo = []) {
      const full = { url: `${serverAt(0).url}${file}`, sources: [], ...pin };
      return { name: 'kubectl', version: 'v1', redirectsTo, pins: { 'linux/amd64': full, 'windows/amd64': full } };
    },
  };
}

export function hostOn(platform: Partial<Platform> = {}, silentForMs = 60_000): FakeHost {
  return {
    ...createFakeHost({ platform }),
    http: createUndiciHttp({}, { silentForMs, slowest: { bytes: 0, withinMs: 1000 } }),
  };
}

export function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Everything below data/tools and the download cache, so that leftovers show. */
export function listFiles(host: FakeHost): readonly string[] {
  return [join(host.directories.data, 'tools'), join(host.directories.cache, 'downloads')].flatMap((folder) => {
    try {
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.sizes'))
        .map(({ name }) => name);
    } catch {
      return [];
    }
  });
}
