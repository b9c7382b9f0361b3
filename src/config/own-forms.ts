import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Directories } from '../ports/host.js';

export type OwnFolder = 'data' | 'cache' | 'state';
export type Folders = Pick<Directories, OwnFolder>;

/** `folder`: with everything in it. A list: a folder in which only these names are ours. A link never is. */
type Form = 'file' | 'folder' | 'any' | Forms;
type Forms = readonly (readonly [name: RegExp, form: Form])[];

/** In each folder that spark-dev made; without it nothing in a folder is ever removed. */
export const markerName = '.spark-dev';

/** NAME-YYMMDDhhmmss-RANDOM, see createRunId. */
export const runIdForm = /^[a-z][a-z0-9-]*-(\d{12})-[0-9a-f]{4}$/;
export const journalForm = /^(create|delete|recreate|resize)-cluster\.json(\.new)?$/;
export const logForm = /^(init|recreate|images-[a-z-]+)-\d{4}-\d\d-\d\dT[\d-]+Z\.log$/;
export const archiveForm = /^spark-\d+\.\d+\.\d+-[0-9a-f]{16}\.jsa$/;

/** Names of half-made files, see half-made.ts. */
const makersMark = /\.[0-9a-f]{6}-\d+-\w+\.part$/;

function named(...names: readonly string[]): RegExp {
  return new RegExp(`^(${names.map((name) => name.replaceAll('.', '\\.')).join('|')})$`);
}

/** Includes its companions: notes, a partial file, and a damaged one that was set aside. */
function made(source: string): RegExp {
  return new RegExp(`^(${source})(\\.(sizes|note|refused))?(\\.damaged|(\\.[\\w-]+)?\\.part(ial)?)?$`);
}

/** Named by mkdtemp, in newer versions with the maker's mark. */
function temporary(prefix: string): RegExp {
  return new RegExp(`^${prefix.replaceAll('.', '\\.')}([0-9a-f]{6}-\\d+-)?\\w{6}$`);
}

const everywhere: Forms = [
  [named(markerName), 'file'],
  [/^\.spark-dev\.new-\w+$/, 'file'],
];

const images = 'coredns|debian|etcd|kube-[a-z-]+|node|pause|spark(-over-base)?|storage-provisioner|verify(-connect)?';

/** Go's caches do not have our names, so Go's own patterns count. A user's file there that matches costs a download. */
const goCaches: Forms = [
  [
    named('build'),
    [
      [/^[0-9a-f]{2}$|^fuzz$/, 'folder'],
      [named('README', 'log.txt', 'testexpire.txt', 'trim.txt'), 'file'],
    ],
  ],
  // the hosts that modules are named after
  [named('mod'), [[/^cache$|^[\w-]+\.[\w.-]+$/, 'folder']]],
  [named('toolchain'), [[made(String.raw`v?\d[\w.-]*`), 'any']]],
];

/** Everything that spark-dev makes in its folders. Names like `tools` and `logs` are common, so the contents must match too. */
const ownForms: Readonly<Record<OwnFolder, Forms>> = {
  data: [
    ...everywhere,
    [temporary('.restoring-'), 'folder'],
    [named('docker-run'), [[named('dockerd.log', 'dockerd.pid', 'installed-by-us'), 'file']]],
    [named('images'), [[made(String.raw`(${images})-[0-9a-f]{12}\.(tar|json)|apt-sources\.json`), 'file']]],
    [
      named('k9s'),
      [
        [/^(aliases|config|hotkeys|plugins|views)\.ya?ml$/, 'file'],
        [named('benchmarks', 'clusters', 'plugins', 'screen-dumps', 'skins'), 'folder'],
      ],
    ],
    [named('journal'), [[journalForm, 'file']]],
    [named('kubeconfig', 'authority.crt'), 'file'],
    [named('minikube'), [[named('.minikube', 'tmp'), 'folder']]],
    [
      named('recreate'),
      [[/^(objects\.json|own-rights\.json|images\.tar|secrets-of-.*\.json|claim-.*\.tar)(\.part(ial)?)?$/, 'file']],
    ],
    [named('skaffold'), [[named('cache', 'config'), 'any']]],
    [
      named('tools'),
      [
        [
          /^[a-z0-9-]+$/,
          [
            [made(String.raw`v?\d[\w.+-]*-[0-9a-f]{12}`), 'any'],
            [temporary('.building-'), 'folder'],
          ],
        ],
      ],
    ],
  ],
  cache: [
    ...everywhere,
    [
      named('build'),
      [
        [/^([a-z][a-z0-9-]*-[0-9a-f]{12}|verify-wheels)$/, 'folder'],
        [temporary('bundle-'), 'folder'],
        [/^load-[0-9a-f]{12}\.tar$/, 'file'],
      ],
    ],
    [named('class-archives'), [[made(archiveForm.source.slice(1, -1)), 'file']]],
    [
      named('downloads'),
      [
        [made(String.raw`[\w.-]+-v?\d[\w.+-]*\.(whl|tar\.gz|zip|damaged)`), 'file'],
        [temporary('go-'), 'folder'],
      ],
    ],
    [named('go'), goCaches],
    [named('jars'), [[made(String.raw`[\w.-]+-[0-9a-f]{16}\.jar`), 'any']]],
    [named('jre'), [[made(String.raw`\d[\d.+_-]*`), 'any']]],
    [named('kubectl'), [[named('discovery', 'http'), 'folder']]],
    [temporary('look-'), 'folder'],
    [named('spark'), [[made(String.raw`\d+\.\d+\.\d+`), 'any']]],
  ],
  state: [
    ...everywhere,
    [named('durations.json'), 'file'],
    [named('journal'), [[journalForm, 'file']]],
    [
      named('logs'),
      [
        [logForm, 'file'],
        [named('engine.log'), 'file'],
        [named('toolchain', 'k9s'), [[/^[a-z0-9-]+\.log$/, 'file']]],
      ],
    ],
    [
      named('namespaces'),
      [
        [
          /^[a-z0-9-]+$/,
          [
            // the namespace object, and the files of kustomize/rights
            [/^own-namespace\.json$|^[a-z-]+\.yaml$/, 'file'],
            [/^rights(-[a-z-]+)?$/, 'folder'],
          ],
        ],
      ],
    ],
    [named('runs'), [[runIdForm, 'folder']]],
  ],
};

/** Left in a folder by file systems, desktops and Git. */
export const litter = /^(\.DS_Store|\.gitkeep|\.nfs.*|lost\+found)$/;

function formOf(form: Form, name: string): Form | undefined {
  if (typeof form === 'string') return undefined;
  return form.find(([pattern]) => pattern.test(name))?.[1] ?? (makersMark.test(name) ? 'any' : undefined);
}

export function isOwnName(kind: OwnFolder, name: string): boolean {
  return formOf(ownForms[kind], name) !== undefined;
}

export interface OwnPaths {
  readonly own: readonly string[];
  /** Entries in these folders that spark-dev did not make. */
  readonly foreign: readonly string[];
}

/** A folder with no foreign entry is removed as a whole. The caller proves that the parent folder is ours. */
export async function sortOwn(directories: Folders, kind: OwnFolder, name: string): Promise<OwnPaths> {
  return sort(join(directories[kind], name), formOf(ownForms[kind], name));
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
  let form: Form = ownForms[kind];
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
