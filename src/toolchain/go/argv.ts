import { join } from 'node:path';
import type { Host } from '../../ports/host.js';
import type { SourceTool } from '../source-tools.js';

/** Settings that affect the result are pinned; GOPROXY, GOPRIVATE and the like stay the user's. */
export function goEnv(host: Pick<Host, 'directories' | 'platform'>): Readonly<Record<string, string | undefined>> {
  return {
    CGO_ENABLED: '0',
    GOOS: 'linux',
    GOARCH: host.platform.arch,
    GOAMD64: undefined,
    GOARM64: undefined,
    GOEXPERIMENT: undefined,
    GOROOT: undefined,
    GOBIN: undefined,
    GODEBUG: undefined,
    GOWORK: 'off',
    GOFLAGS: '-mod=readonly',
    GOTOOLCHAIN: 'local',
    GOMODCACHE: join(host.directories.cache, 'go', 'mod'),
    GOCACHE: join(host.directories.cache, 'go', 'build'),
  };
}

/** Downloads every module that the build needs: listing resolves all imports. */
export function fetchModulesArgv(go: string, moduleDirectory: string): string[] {
  return [go, 'list', '-C', moduleDirectory, '-deps', '-f', '', 'tool'];
}

/** The same flags as the build's, because they decide what counts as stale. */
export function listStalePackagesArgv(go: string, moduleDirectory: string): string[] {
  return [go, 'list', '-C', moduleDirectory, '-trimpath', '-deps', '-f', '{{if .Stale}}{{.ImportPath}}{{end}}', 'tool'];
}

/** Prints the path of each package when it is compiled. */
export function goBuildArgv(go: string, moduleDirectory: string, outputDirectory: string, tool: SourceTool): string[] {
  const output = `${outputDirectory}/`;
  return [go, 'build', '-C', moduleDirectory, '-v', ...buildFlags(tool), '-o', output, 'tool'];
}

/** The part of the command line that affects the binary; included in its fingerprint. */
export function buildFlags(tool: SourceTool): string[] {
  const stamps = Object.entries(tool.stamps).map(([symbol, value]) => `-X ${symbol}=${value}`);
  return ['-trimpath', '-buildvcs=false', '-ldflags', ['-s', '-w', ...stamps].join(' ')];
}

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
