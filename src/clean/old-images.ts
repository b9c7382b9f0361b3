import type { OldImages } from '../images/sets/old-images.js';
import { daemonTitles } from '../images/daemon.js';
import { imagesLog } from '../images/images-log.js';
import type { ImageRemoval } from '../images/prune-plan.js';
import { prune, removalCommands } from '../images/prune.js';
import type { Host } from '../ports/host.js';
import { type CleanStep } from './plan.js';
import { count } from '../text/words.js';

/** What `images prune` would remove. */
export function removeOldImages(old: OldImages | undefined): readonly CleanStep[] {
  if (old === undefined) return [];
  const { images, files } = old.plan;
  if (images.length === 0 && files.length === 0) return [];
  return [
    {
      id: 'prune',
      title: `Remove ${count(images.length, 'image')} and ${count(files.length, 'image file')}`,
      why: 'made by earlier recipes and earlier runs',
      commands: [...removalCommands(images), ...files.map(({ path }) => ['rm', '--force', path])],
      items: [...images.map(nameImage), ...files.map(({ path }) => `file ${path}`)],
      work: { kind: 'prune', old },
    },
  ];
}

export async function pruneOldImages(host: Host, old: OldImages, signal: AbortSignal): Promise<readonly string[]> {
  const done = await prune(host, old.plan, old.daemons, { logFile: imagesLog(host, 'prune'), signal });
  return done.stayed.map(nameImage);
}

function nameImage({ place, references }: ImageRemoval): string {
  return `image ${references.join(', ')} in ${daemonTitles[place]}`;
}
