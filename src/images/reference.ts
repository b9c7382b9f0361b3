import { SparkDevError } from '../errors/spark-dev-error.js';

/** The parts of an image's name, with defaults filled in: https://github.com/distribution/reference */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  /** Undefined if only a digest is given. */
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const form =
  /^(?<path>[a-z0-9][a-z0-9._-]*(?::\d+)?(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

export function parseReference(text: string): ImageReference {
  const { path, tag, digest } = form.exec(text)?.groups ?? {};
  if (path === undefined) {
    throw new SparkDevError('USAGE', `${JSON.stringify(text.slice(0, 200))} is not a valid image name`, {
      why: 'Expected [REGISTRY/]REPOSITORY[:TAG][@sha256:DIGEST] with a lower-case repository.',
      fix: ['spark-dev images pull quay.io/minio/minio:latest'],
    });
  }
  const [first = '', ...rest] = path.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  // A port without a repository after it is a tag: `busybox:1`.
  const [name = '', port] = rest.length === 0 ? path.split(':') : [path];
  const registry = isRegistry ? first : 'docker.io';
  const repository = isRegistry ? rest.join('/') : name.includes('/') ? name : `library/${name}`;
  const said = tag ?? port;
  return { registry, repository, tag: said ?? (digest === undefined ? 'latest' : undefined), digest };
}

/** The reference for a daemon: by digest if there is one, because a tag may have moved. */
export function pullName({ registry, repository, tag, digest }: ImageReference): string {
  const by = digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`;
  return `${shortPath(registry, repository)}${by}`;
}

export function localName({ registry, repository, tag, digest }: ImageReference): string {
  return `${shortPath(registry, repository)}${tag === undefined ? `@${digest ?? ''}` : `:${tag}`}`;
}

/** Docker's short form: without docker.io and library. */
function shortPath(registry: string, repository: string): string {
  return registry === 'docker.io' ? repository.replace(/^library\//, '') : `${registry}/${repository}`;
}
