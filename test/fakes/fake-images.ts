import { writeFileSync } from 'node:fs';
import type { Scripted } from './fake-runner.js';

export interface FakeImage {
  readonly id: string;
  /** Names by digest too. */
  readonly tags: readonly string[];
  readonly recipe?: string;
  readonly bytes?: number;
}

export interface FakeDaemons {
  readonly host: FakeImage[];
  readonly cluster: FakeImage[];
}

/** A daemon's images, answered and changed as Docker does; the cluster's is known by its DOCKER_HOST. */
export function dockerWith(images: FakeDaemons, used: readonly string[] = []): Scripted[] {
  const of = (env: Readonly<Record<string, string | undefined>> | undefined): FakeImage[] =>
    env?.['DOCKER_HOST'] === undefined ? images.host : images.cluster;
  const answering = (
    argv: readonly string[],
    act: (words: readonly string[], of: FakeImage[]) => string | { readonly stdout: string; readonly exitCode: number },
  ): Scripted => ({
    argv,
    answers: (given, { env }) => {
      const said = act(given.slice(argv.length), of(env));
      return typeof said === 'string' ? { stdout: said } : said;
    },
  });
  const show = ({ id, tags, recipe, bytes = 1_000_000 }: FakeImage): string =>
    JSON.stringify({
      Id: id,
      RepoTags: tags.filter((tag) => !tag.includes('@')),
      RepoDigests: tags.filter((tag) => tag.includes('@')),
      Size: bytes,
      Created: '2026-01-01T00:00:00Z',
      Config: { Labels: recipe === undefined ? null : { 'io.spark-dev.recipe': recipe } },
    });
  return [
    answering(['docker', 'image', 'inspect', '--format', '{{json .}}'], (words, has) => {
      const found = words.flatMap((word) => has.filter(({ tags }) => tags.includes(word)));
      return { stdout: found.map(show).join('\n'), exitCode: found.length === words.length ? 0 : 1 };
    }),
    answering(['docker', 'image', 'ls'], (_words, has) =>
      has
        .filter(({ recipe }) => recipe !== undefined)
        .flatMap(({ tags }) => tags)
        .join('\n'),
    ),
    answering(['docker', 'container', 'ls'], () => (used.length === 0 ? '' : 'c1')),
    answering(['docker', 'container', 'inspect'], () => used.join('\n')),
    answering(['docker', 'rmi'], ([reference = ''], has) => {
      const index = has.findIndex(({ tags }) => tags.includes(reference));
      has.splice(index, 1);
      return `Untagged: ${reference}`;
    }),
    {
      argv: ['docker', 'save'],
      does: ([, , , file = '']) => {
        writeFileSync(file, 'image');
      },
    },
    answering(['docker', 'load'], (_words, has) => {
      const [image] = images.host;
      if (image === undefined) return '';
      for (const other of has) (other.tags as string[]).splice(0, image.tags.includes(other.tags[0] ?? '') ? 1 : 0);
      has.push({ ...image, tags: [...image.tags] });
      return `Loaded image: ${image.tags.join()}`;
    }),
    answering(['docker', 'tag'], ([from = '', to = ''], has) => {
      for (const { tags } of has) if (tags.includes(to)) (tags as string[]).splice(tags.indexOf(to), 1);
      (has.find(({ id, tags }) => id === from || tags.includes(from))?.tags as string[]).push(to);
      return '';
    }),
  ];
}
