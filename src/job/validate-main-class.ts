import { basename } from 'node:path';
import { rankNearest } from '../config/suggest.js';
import type { JobProblem } from './conf-rules.js';
import type { SparkJob } from './job.js';
import { findMainClasses, listOuter, readClassNames } from './read-jar.js';

const mostNamed = 3;

type ClassNames = ReadonlySet<string>;

/** Whether the main class is where Spark looks for it, as far as this machine knows. */
export async function validateMainClass(job: SparkJob): Promise<readonly JobProblem[]> {
  const { main } = job;
  if (main.kind !== 'jar' || main.at.where === 'remote') return [];
  const { at, mainClass } = main;
  const ofClass = (message: string): readonly JobProblem[] => [{ path: ['main'], message }];
  if (at.where === 'image')
    return mainClass === undefined
      ? ofClass(`name the main class of ${at.path}: Spark does not read it from a jar in the image`)
      : [];
  const classes = await readClasses(at.path);
  if (classes === 'unread') return [];
  if (classes === 'broken') return [{ path: ['path'], message: `${basename(at.path)} is not a complete jar` }];
  if (mainClass !== undefined)
    if (classes.has(mainClass) || isElsewhere(mainClass, classes, job) || (await isInJars(mainClass, job))) return [];
  return ofClass(await describeMissingMain(at.path, mainClass, classes));
}

export async function describeMissingMain(
  jar: string,
  mainClass: string | undefined,
  classes: ClassNames,
): Promise<string> {
  const what = mainClass === undefined ? 'names no main class' : `has no class ${mainClass}`;
  return `${basename(jar)} ${what}${await advise(jar, classes, mainClass ?? basename(jar, '.jar'))}`;
}

/** A missing file, or one that only we cannot read, is no reason to refuse the job here. */
async function readClasses(jar: string): Promise<ClassNames | 'unread' | 'broken'> {
  return readClassNames(jar).catch((error: unknown) =>
    error instanceof Error && error.message.startsWith('End of central directory') ? 'broken' : 'unread',
  );
}

/** Places that nobody here can inspect. */
function isElsewhere(mainClass: string, classes: ClassNames, { image, conf }: SparkJob): boolean {
  const family = `${mainClass.split('.').slice(0, 3).join('.')}.`;
  return (
    image !== undefined ||
    Object.keys(conf).some((key) => /^spark\.(jars|driver\.extraClassPath)/.test(key)) ||
    // a class that comes with Spark
    (family.startsWith('org.apache.') && ![...classes].some((name) => name.startsWith(family)))
  );
}

/** Also true if one of the jars cannot be read. */
async function isInJars(mainClass: string, { jars }: SparkJob): Promise<boolean> {
  const here = jars.flatMap(({ at }) => (at.where === 'here' ? [at.path] : []));
  const read = await Promise.all(here.map(readClasses));
  return here.length < jars.length || read.some((classes) => typeof classes === 'string' || classes.has(mainClass));
}

/** Suggests the nearest classes that have a main method: usually the same name in another package is meant. */
async function advise(jar: string, classes: ClassNames, meant: string): Promise<string> {
  const simple = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
  const outer = listOuter(classes);
  const near = new Map(rankNearest(simple(meant), [...new Set(outer.map(simple))]).map((name, rank) => [name, rank]));
  const ranked = outer.toSorted((one, other) => (near.get(simple(one)) ?? 0) - (near.get(simple(other)) ?? 0));
  const mains = (await findMainClasses(jar, ranked)).slice(0, mostNamed);
  return mains.length === 0
    ? '; none of its classes has a main method'
    : `; these classes have a main method: ${mains.join(', ')}`;
}
