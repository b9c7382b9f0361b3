/** Where a Docker daemon listens. */
export type DockerEndpoint =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      /** PEM texts; undefined where the daemon speaks plain HTTP. */
      readonly tls: { readonly ca: string; readonly cert: string; readonly key: string } | undefined;
    };

/** One line of Docker's progress stream. */
export interface PullEvent {
  /** Short id; undefined for what is said of the whole image. */
  readonly layer: string | undefined;
  /** In Docker's words: `Downloading`, `Pull complete`, … */
  readonly status: string;
  readonly current: number | undefined;
  readonly total: number | undefined;
}

/** At one registry. */
export type RegistryLogin =
  | { readonly server: string; readonly username: string; readonly password: string }
  | { readonly server: string; readonly identityToken: string };

export interface DockerEngine {
  /** Ends when the image is there; throws an Error with the daemon's own words when it cannot be. */
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
