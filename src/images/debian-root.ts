import type { Argv } from '../ports/runner.js';
import type { AptSources } from './apt-sources.js';
import { hashValue, imageTar } from './content-hash.js';

/** The root file system under every image that needs more than one static program. */
export interface DebianRoot {
  readonly suite: string;
  readonly sources: AptSources;
  readonly hash: string;
  readonly reference: string;
  readonly tar: string;
  /** Pulled by digest instead of built, and never kept as a file. */
  readonly isPulled?: true;
}

/** Pinned: systemd in newer suites refuses cgroup v1. */
const suite = 'bookworm';

/** These settings stay in the image, so that images built on it stay small. */
const options = [
  '--mode=root',
  '--variant=minbase',
  '--format=tar',
  '--include=ca-certificates',
  ...['man', 'info', 'locale', 'doc'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`),
  '--dpkgopt=path-include=/usr/share/doc/*/copyright',
  '--dpkgopt=force-unsafe-io',
  '--aptopt=Acquire::Languages "none"',
  '--aptopt=APT::Install-Recommends "false"',
];

export function planDebianRoot(sources: AptSources, dataDirectory: string): DebianRoot {
  const { archive, security } = sources;
  const hash = hashValue({ suite, archive, security, options });
  return {
    suite,
    sources,
    hash,
    reference: `spark-dev/debian:${suite}-${hash}`,
    tar: imageTar(dataDirectory, 'debian', hash),
  };
}

/** Never an argument: other users and logs would see a password in it. */
export function proxyEnv({ sources }: DebianRoot): Readonly<Record<string, string>> {
  return sources.proxy === undefined ? {} : { http_proxy: sources.proxy };
}

/** mmdebstrap takes half of debootstrap's time and writes the tar itself. */
export function mmdebstrapArgv(root: DebianRoot, rootTar: string): Argv {
  const { archive, security } = root.sources;
  return [
    'mmdebstrap',
    ...options,
    root.suite,
    rootTar,
    `deb ${archive} ${root.suite} main`,
    `deb ${archive} ${root.suite}-updates main`,
    `deb ${security} ${root.suite}-security main`,
  ];
}
