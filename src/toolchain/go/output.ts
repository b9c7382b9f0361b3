/** `go1.26.8` or `go1.27rc1 X:nodwarf5` → 1.26.8, 1.27.0; undefined for development builds, which promise nothing. */
export function parseGoVersion(text: string): string | undefined {
  const match = /^go(\d+)\.(\d+)(?:\.(\d+)|rc\d+|beta\d+)?(?:[\s-]|$)/.exec(text.trim());
  return match === null ? undefined : `${match[1] ?? ''}.${match[2] ?? ''}.${match[3] ?? '0'}`;
}

export function parseGoDirective(goMod: string): string | undefined {
  return /^go (\d+\.\d+(?:\.\d+)?)/m.exec(goMod)?.[1];
}

/** Modules that a build may download: go.sum has a separate line for each, in addition to those of go.mod files. */
export function countModules(goSum: string): number {
  return goSum.split('\n').filter((line) => / h1:/.test(line) && !line.includes('/go.mod h1:')).length;
}

/** `go: downloading k8s.io/api v0.34.4` → `k8s.io/api v0.34.4`. */
export function parseDownloadLine(line: string): string | undefined {
  return /^go: downloading (\S+ \S+)$/.exec(line.trim())?.[1];
}
