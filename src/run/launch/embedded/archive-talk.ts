/** What a JVM says of its class archive, by its log or in plain words. Recorded from Java 17 and 25. */
const ofArchive = [
  /^\[[\d.,]+m?s\]\[\w+ *\]\[(cds|aot)\b/,
  /^An error has occurred while \w+ the shared archive file\./,
  /^Unable to (use|create|map|read|write to) (the )?shared archive\b/,
];
const beginsTrouble = 'Error occurred during initialization of VM';

/** A job does not fail of its class archive, so the reason for a failure is looked for among the other lines. */
export function dropArchiveTalk(lines: readonly string[]): readonly string[] {
  const isOfArchive = (line: string): boolean => ofArchive.some((pattern) => pattern.test(line));
  return lines.filter(
    (line, at) => !isOfArchive(line) && !(line === beginsTrouble && isOfArchive(lines[at + 1] ?? '')),
  );
}

/** The JVM writes its archive when all else is over: where it cannot, it ends with 1 whatever the application's own exit code was. */
export function hidesExitCode(lines: readonly string[]): boolean {
  return lines.some((line) => /^Unable to use shared archive\b/.test(line));
}
