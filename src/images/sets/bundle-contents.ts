import { relative, sep } from 'node:path';
import type { Directories, Host } from '../../ports/host.js';
import { sourceTool, type SourceToolName } from '../../toolchain/source-tools.js';
import { describeDistribution } from '../../toolchain/spark/distribution.js';
import { managedJavaFolder } from '../../toolchain/spark/java.js';
import { sparkVersion } from '../../toolchain/spark/versions.js';
import type { ClusterParts } from '../../clusters/prepare/parts.js';
import { isThere } from '../../files/paths.js';
import { placeOf, type BundleUnit } from '../bundle-manifest.js';

/** Everything that `init` and a first run would otherwise download or build: on the host, in the node, and for compiling an application. */
export function listBundleUnits(host: Host, parts: ClusterParts): readonly BundleUnit[] {
  const { directories } = host;
  const tool = (name: SourceToolName, isNeeded: boolean): readonly BundleUnit[] => {
    const built = parts.tools.get(name);
    const what = `${name} ${sourceTool(name).version}`;
    return built === undefined ? [] : [{ path: inBundle(directories, built.directory), what, isNeeded }];
  };
  const images = [parts.node, ...parts.controlPlane, parts.spark];
  const spark = describeDistribution(directories, sparkVersion).folder;
  const java = managedJavaFolder(host, sparkVersion);
  return [
    ...tool('kubernetes', true),
    // a suitable one on the PATH works too
    ...tool('minikube', false),
    ...tool('skaffold', false),
    // only if the machine lacks a capability
    ...tool('oci-runtime', false),
    ...images.flatMap(({ recipe, tar, manifest }) => [
      { path: inBundle(directories, tar), what: `image ${recipe.name}`, isNeeded: true },
      { path: inBundle(directories, manifest), what: `contents of ${recipe.name}`, isNeeded: false },
    ]),
    { path: inBundle(directories, spark), what: `Spark ${sparkVersion.version}`, isNeeded: true },
    { path: inBundle(directories, java), what: 'a Java', isNeeded: false },
  ];
}

export interface PresentUnits {
  readonly units: readonly BundleUnit[];
  readonly missing: readonly BundleUnit[];
}

export async function findPresentUnits(host: Host, units: readonly BundleUnit[]): Promise<PresentUnits> {
  const present = await Promise.all(units.map(({ path }) => isThere(placeOf(host.directories, path))));
  return { units: units.filter((_, index) => present[index]), missing: units.filter((_, index) => !present[index]) };
}

function inBundle({ data, cache }: Directories, path: string): string {
  const below = (root: string): string => relative(root, path).split(sep).join('/');
  return below(data).startsWith('..') ? `cache/${below(cache)}` : `data/${below(data)}`;
}
