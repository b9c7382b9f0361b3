import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Directories } from '../ports/host.js';

export type OwnFolder = 'data' | 'cache' | 'state';
export type Folders = Pick<Directories, OwnFolder>;

/** In each folder that spark-dev made; without it nothing in a folder is ever removed. */
export const markerName = '.spark-dev';

/** NAME-YYMMDDhhmmss-RANDOM, see createRunId. */
export const runIdForm = /^[a-z][a-z0-9-]*-(\d{12})-[0-9a-f]{4}$/;
export const journalForm = /^(create|delete|recreate|resize)-cluster\.json(\.new)?$/;
export const logForm = /^(init|recreate|images-[a-z-]+)-\d{4}-\d\d-\d\dT[\d-]+Z\.log$/;
export const archiveForm = /^spark-\d+\.\d+\.\d+-[0-9a-f]{16}\.jsa$/;

/** Names of half-made files, see half-made.ts. */
const makersMark = /\.[0-9a-f]{6}-\d+-\w+\.part$/;

type Kind = 'file' | 'folder' | 'any';

/** A path by its names. `folder`: with everything in it. In the folders above, only the listed names are ours. A link never is. */
interface OwnPath {
  readonly kind: Kind;
  readonly names: readonly RegExp[];
}

type Tag<Made> = (strings: TemplateStringsArray, ...parts: readonly (string | RegExp)[]) => Made;

const raw: Tag<string> = (strings, ...parts) =>
  String.raw(strings, ...parts.map((part) => (typeof part === 'string' ? part : part.source.slice(1, -1))));
const pathOf =
  (kind: Kind): Tag<OwnPath> =>
  (...path) => ({
    kind,
    names: raw(...path)
      .split('/')
      .map((name) => new RegExp(`^(${name})$`)),
  });
const file = pathOf('file');
const folder = pathOf('folder');
const any = pathOf('any');
/** Includes its companions: notes, a partial file, and a damaged one that was set aside. */
const made: Tag<string> = (...name) =>
  raw`(${raw(...name)})(\.(sizes|note|refused))?(\.damaged|(\.[\w-]+)?\.part(ial)?)?`;
/** Named by mkdtemp, in newer versions with the maker's mark. */
const temporary: Tag<string> = (...prefix) => raw`${raw(...prefix)}([0-9a-f]{6}-\d+-)?\w{6}`;

const everywhere = [file`\.spark-dev|\.spark-dev\.new-\w+`];

const images = 'coredns|debian|etcd|kube-[a-z-]+|node|pause|spark(-over-base)?|storage-provisioner|verify(-connect)?';

/** Everything that spark-dev makes in its folders. Names like `tools` and `logs` are common, so the contents must match too. */
const ownPaths: Readonly<Record<OwnFolder, readonly OwnPath[]>> = {
  data: [
    ...everywhere,
    folder`${temporary`\.restoring-`}`,
    file`docker-run/(dockerd\.log|dockerd\.pid|installed-by-us)`,
    file`images/${made`(${images})-[0-9a-f]{12}\.(tar|json)|apt-sources\.json`}`,
    file`k9s/(aliases|config|hotkeys|plugins|views)\.ya?ml`,
    folder`k9s/(benchmarks|clusters|plugins|screen-dumps|skins)`,
    file`journal/${journalForm}`,
    file`kubeconfig|authority\.crt`,
    folder`minikube/(\.minikube|tmp)`,
    file`recreate/(objects\.json|own-rights\.json|images\.tar|secrets-of-.*\.json|claim-.*\.tar)(\.part(ial)?)?`,
    any`skaffold/(cache|config)`,
    any`tools/[a-z0-9-]+/${made`v?\d[\w.+-]*-[0-9a-f]{12}`}`,
    folder`tools/[a-z0-9-]+/${temporary`\.building-`}`,
  ],
  cache: [
    ...everywhere,
    folder`build/([a-z][a-z0-9-]*-[0-9a-f]{12}|verify-wheels|${temporary`(bundle|packages)-`})`,
    file`build/load-[0-9a-f]{12}\.tar`,
    file`class-archives/${made`${archiveForm}`}`,
    file`downloads/${made`[\w.-]+-v?\d[\w.+-]*\.(whl|tar\.gz|zip|jar|damaged)`}`,
    folder`downloads/${temporary`go-`}`,
    // Go's caches do not have our names, so Go's own patterns count. A user's file there that matches costs a download.
    folder`go/build/([0-9a-f]{2}|fuzz)`,
    file`go/build/(README|log\.txt|testexpire\.txt|trim\.txt)`,
    // the hosts that modules are named after
    folder`go/mod/(cache|[\w-]+\.[\w.-]+)`,
    any`go/toolchain/${made`v?\d[\w.-]*`}`,
    file`image-python/${made`[0-9a-f]{64}`}`,
    folder`ivy`,
    file`modules/${made`[a-z0-9-]+-[0-9a-f]{16}\.(py|zip)`}`,
    any`jars/${made`[\w.-]+-[0-9a-f]{16}\.jar`}`,
    any`jre/${made`\d[\d.+_-]*`}`,
    folder`kubectl/(discovery|http)`,
    any`maven-packages/${made`[0-9a-f]{16}`}`,
    folder`${temporary`look-`}`,
    any`python-packages/${made`py\d\.\d+-[0-9a-f]{16}`}`,
    any`spark/${made`\d+\.\d+\.\d+`}`,
  ],
  state: [
    ...everywhere,
    file`durations\.json`,
    file`journal/${journalForm}`,
    file`logs/(${logForm}|engine\.log)`,
    file`logs/(toolchain|k9s)/[a-z0-9-]+\.log`,
    // the namespace object, and the files of kustomize/rights
    file`namespaces/[a-z0-9-]+/(own-namespace\.json|[a-z-]+\.yaml)`,
    folder`namespaces/[a-z0-9-]+/rights(-[a-z-]+)?`,
    folder`runs/${runIdForm}`,
    folder`tables/[a-z0-9-]+-[0-9a-f]{8}`,
  ],
};

/** Left in a folder by file systems, desktops and Git. */
export const litter = /^(\.DS_Store|\.gitkeep|\.nfs.*|lost\+found)$/;

/** What a path ends with, or what may follow it. */
type Form = Kind | readonly OwnPath[];

function formOf(form: Form, name: string): Form | undefined {
  if (typeof form === 'string') return undefined;
  const inner = form.flatMap(({ kind, names: [first, ...names] }) =>
    first?.test(name) === true ? [{ kind, names }] : [],
  );
  if (inner.length === 0) return makersMark.test(name) ? 'any' : undefined;
  return inner.find(({ names }) => names.length === 0)?.kind ?? inner;
}

export function isOwnName(kind: OwnFolder, name: string): boolean {
  return formOf(ownPaths[kind], name) !== undefined;
}

export interface OwnPaths {
  readonly own: readonly string[];
  /** Entries in these folders that spark-dev did not make. */
  readonly foreign: readonly string[];
}

/** A folder with no foreign entry is removed as a whole. The caller proves that the parent folder is ours. */
export function sortOwn(directories: Folders, kind: OwnFolder, name: string): Promise<OwnPaths> {
  return sort(join(directories[kind], name), formOf(ownPaths[kind], name));
}

async function sort(path: string, form: Form | undefined): Promise<OwnPaths> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return { own: [], foreign: [] };
  if (form === undefined || !fits(form, found)) return { own: [], foreign: [path] };
  const names = typeof form === 'string' ? [] : await readdir(path).catch(() => undefined);
  // an unreadable folder may hold anything
  if (names === undefined) return { own: [], foreign: [path] };
  const inside = await Promise.all(
    names.filter((name) => !litter.test(name)).map((name) => sort(join(path, name), formOf(form, name))),
  );
  const foreign = inside.flatMap((one) => one.foreign);
  return foreign.length === 0 ? { own: [path], foreign } : { own: inside.flatMap((one) => one.own), foreign };
}

/** A link is neither a file nor a folder. */
function fits(form: Form, found: Pick<Stats, 'isDirectory' | 'isFile'>): boolean {
  if (found.isDirectory()) return form !== 'file';
  return found.isFile() && (form === 'file' || form === 'any');
}

/** The names below this folder that match our patterns; none if a link leads there. */
export async function listFormed(
  directories: Folders,
  kind: OwnFolder,
  ...inner: readonly string[]
): Promise<readonly string[]> {
  let folder = directories[kind];
  let form: Form = ownPaths[kind];
  for (const name of inner) {
    folder = join(folder, name);
    form = formOf(form, name) ?? [];
    if ((await lstat(folder).catch(() => undefined))?.isDirectory() !== true) return [];
  }
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => {
      const own = formOf(form, entry.name);
      return own !== undefined && fits(own, entry);
    })
    .map(({ name }) => name)
    .sort();
}
