import { daemonTitles } from '../images/daemon.js';
import { imagesLog } from '../images/images-log.js';
import type { ImageRemoval } from '../images/prune-plan.js';
import { prune, removalCommands } from '../images/prune.js';
import type { OldImages } from '../images/sets/old-images.js';
import { count } from '../text/words.js';
import type { Removal } from './removal.js';

/** What `images prune` would remove. */
export function removeOldImages({ plan, daemons }: OldImages): Removal {
  const { images, files } = plan;
  return {
    id: 'prune',
    title: `Remove ${count(images.length, 'image')} and ${count(files.length, 'image file')}`,
    why: 'made by earlier recipes and earlier runs',
    commands: [...removalCommands(images), ...files.map(({ path }) => ['rm', '--force', path])],
    items: [...images.map(nameImage), ...files.map(({ path }) => `file ${path}`)],
    remove: async (host, signal) => {
      const { stayed } = await prune(host, plan, daemons, { logFile: imagesLog(host, 'prune'), signal });
      return stayed.map(nameImage);
    },
  };
}

function nameImage({ place, references }: ImageRemoval): string {
  return `image ${references.join(', ')} in ${daemonTitles[place]}`;
}
