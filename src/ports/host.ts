import type { DockerConnector } from './docker.js';
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

/** Tells of changes in folders, but not below them, until it is closed. */
export interface FolderWatcher {
  /** From now on these, and of their files those that `isWanted`. */
  watch(folders: readonly string[], isWanted: (path: string) => boolean): Promise<void>;
  close(): Promise<void>;
}

/** The whole outside world, built once in main.ts and passed down. */
export interface Host {
  readonly runner: Runner;
  readonly http: Http;
  readonly kube: KubeConnector;
  readonly docker: DockerConnector;
  readonly clock: Clock;
  readonly ui: Ui;
  /** Whether our stdin is a pipe or a file. */
  readonly hasPipedInput: boolean;
  readonly watchFolders: (onChange: () => void) => FolderWatcher;
  /** Opens a page in the user's browser; rejects if there is none. */
  readonly openBrowser: (url: string) => Promise<void>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: Platform;
  readonly directories: Directories;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface HttpRequest {
  /** A longer body, measured after decoding, ends in an error. */
  readonly mostBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** A PEM file trusted in addition to the system's roots (pip's `cert`). */
  readonly caFile?: string | undefined;
  /** A PEM file with our own certificate and its key (pip's `client-cert`). */
  readonly clientCertFile?: string | undefined;
  /** Any certificate counts as good (pip's `trusted-host`): what is downloaded has its checksum. */
  readonly trustsAnyone?: boolean;
  /** Instead of the environment's: an address as in HTTPS_PROXY. */
  readonly proxy?: string | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Bytes; undefined if the server does not report them. */
  readonly contentLength: number | undefined;
  /** After redirects. */
  readonly url: string;
  /** Throws if it is too long, stalls or is too slow. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface Http {
  /** Follows redirects and honours HTTP(S)_PROXY, ALL_PROXY and NO_PROXY; any status is an answer; throws only if there is none. */
  get(url: string, request: HttpRequest): Promise<HttpAnswer>;
}
