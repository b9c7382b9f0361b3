import { expect } from 'vitest';

/** What a JVM told with -Xlog:class+load and -Xlog:cds. */
export interface SeenJvm {
  /** Of the classes that come from files, how many came from the archive; what a JVM defines itself is in no file. */
  readonly share: number;
  readonly complaints: readonly string[];
}

const complaint = /UseSharedSpaces|Unable to use shared archive|\[warning\]\[cds|class archive is left out/;

export function readJvm(log: string): SeenJvm {
  const lines = log.split('\n');
  const sources = lines.flatMap((line) => /\[class,load\] \S+ source: (.+)$/.exec(line)?.[1] ?? []);
  const archived = sources.filter((source) => source.startsWith('shared objects file')).length;
  const files = sources.filter((source) => /^(file:|jrt:)/.test(source)).length;
  expect(archived + files).toBeGreaterThan(1000);
  return { share: archived / (archived + files), complaints: lines.filter((line) => complaint.test(line)) };
}
