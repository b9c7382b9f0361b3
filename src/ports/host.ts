import type { Clock } from './clock.js';
import type { DockerConnector } from './docker.js';
import type { Http } from './http.js';
import type { KubeConnector } from './kube.js';
import type { Runner } from './runner.js';
import type { Ui } from './ui.js';

export interface NetworkInterface {
  readonly name: string;
  /** This machine's own address in the network, with the prefix length: `192.168.49.1/24`. */
  readonly cidr: string;
}

export interface Platform {
  readonly os: NodeJS.Platform;
  /** Go's and OCI's name. */
  readonly arch: 'amd64' | 'arm64' | 'unsupported';
  readonly cpus: number;
  readonly memoryMb: number;
  /** Undefined on Windows. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly hostName: string;
  readonly interfaces: readonly NetworkInterface[];
}

/** Absolute paths; the folders may not exist yet. */
export interface Directories {
  readonly data: string;
  readonly cache: string;
  readonly state: string;
  readonly config: string;
  readonly userHome: string;
  readonly working: string;
  /** Root of the system's own files (/proc, /run, /usr); `/` except in tests. */
  readonly system: string;
  /** Our own package, with images/, toolchain/, kustomize/ and examples/. */
  readonly package: string;
}

/** The whole outside world, built once in main.ts and passed down. */
export interface Host {
  readonly runner: Runner;
  readonly http: Http;
  readonly kube: KubeConnector;
  readonly docker: DockerConnector;
  readonly clock: Clock;
  readonly ui: Ui;
  /** Opens a page in the user's browser; rejects if there is none. */
  readonly openBrowser: (url: string) => Promise<void>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: Platform;
  readonly directories: Directories;
}
