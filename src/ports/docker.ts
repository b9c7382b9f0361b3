export type DockerEndpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** Of every path: a gateway's folder; empty for most. */
      readonly pathPrefix: string;
      /** Undefined if the daemon uses plain HTTP. */
      readonly tls: DockerTls | undefined;
    };

/** PEM texts; those that the user has. */
export interface DockerTls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The user said that the daemon's certificate may be anybody's. */
  readonly rejectUnauthorized: boolean;
}

export interface PullEvent {
  /** Short id; undefined for a message about the whole image. */
  readonly layer: string | undefined;
  /** Docker's words: `Downloading`, `Pull complete`, … */
  readonly status: string;
  readonly current: number | undefined;
  readonly total: number | undefined;
}

/** At one registry. */
export type RegistryLogin =
  | { readonly server: string; readonly username: string; readonly password: string }
  | { readonly server: string; readonly identityToken: string };

export interface DockerEngine {
  /** Ends when the image is there; otherwise throws an Error with the daemon's own message. */
  pull(
    reference: string,
    request: {
      readonly signal: AbortSignal;
      readonly login: RegistryLogin | undefined;
      readonly onEvent: (event: PullEvent) => void;
    },
  ): Promise<void>;
}

export type DockerConnector = (endpoint: DockerEndpoint) => Promise<DockerEngine>;
