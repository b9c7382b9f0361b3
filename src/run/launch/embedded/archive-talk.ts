/** A JVM's messages about its class archive. Recorded from Java 17 and 25. */
const ofArchive = [
  /^\[[\d.,]+m?s\]\[\w+ *\]\[(cds|aot)\b/,
  /^An error has occurred while \w+ the shared archive file\./,
  /^Unable to (use|create|map|read|write to) (the )?shared archive\b/,
];
const beginsTrouble = 'Error occurred during initialization of VM';

/** The class archive is never the cause of a failed job, so these lines are left out when looking for the cause. */
export function dropArchiveTalk(lines: readonly string[]): readonly string[] {
  const isOfArchive = (line: string): boolean => ofArchive.some((pattern) => pattern.test(line));
  return lines.filter(
    (line, at) => !isOfArchive(line) && !(line === beginsTrouble && isOfArchive(lines[at + 1] ?? '')),
  );
}

/** The JVM writes its archive at the very end: if that fails, it exits with 1, and the application's exit code is lost. */
export function hidesExitCode(lines: readonly string[]): boolean {
  return lines.some((line) => /^Unable to use shared archive\b/.test(line));
}
