export type DockerEndpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** PEM texts; undefined if the daemon uses plain HTTP. */
      readonly tls: { readonly ca: string; readonly cert: string; readonly key: string } | undefined;
    };

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
