import type { Settings } from '../config/settings.js';
import type { Directories } from '../ports/host.js';
import { listExamples, unknownApplication } from './application.js';

export interface KnownApplication {
  readonly name: string;
  readonly from: 'examples' | 'spark-dev.yaml';
}

/** Every name that `run` accepts; an application in spark-dev.yaml hides an example with that name. */
export async function listApplications(
  directories: Directories,
  { apps }: Pick<Settings, 'apps'>,
): Promise<readonly KnownApplication[]> {
  const examples = Object.keys(await listExamples(directories)).filter((name) => apps[name] === undefined);
  return [
    ...Object.keys(apps).map((name): KnownApplication => ({ name, from: 'spark-dev.yaml' })),
    ...examples.map((name): KnownApplication => ({ name, from: 'examples' })),
  ].toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Throws APP_UNKNOWN with the nearest name; does not check whether its files exist. */
export async function requireApplication(
  directories: Directories,
  settings: Pick<Settings, 'apps'>,
  name: string,
): Promise<KnownApplication> {
  const known = await listApplications(directories, settings);
  const found = known.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = known.map((one) => one.name);
  throw unknownApplication(name, names);
}
