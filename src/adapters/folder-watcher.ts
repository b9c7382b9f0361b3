import type { FSWatcher } from 'chokidar';
import { dirname } from 'node:path';
import type { FolderWatcher } from '../ports/host.js';

/** Loaded with the first folder. */
export function watchFolders(onChange: () => void): FolderWatcher {
  let watching: FSWatcher | undefined;
  let watched: ReadonlySet<string> = new Set();
  let wanted: (path: string) => boolean = () => true;
  return {
    async watch(folders, isWanted) {
      wanted = isWanted;
      const next = new Set(folders);
      if (watching === undefined) {
        const { watch } = await import('chokidar');
        const ignored = (path: string, stats?: { isFile(): boolean }): boolean =>
          (stats?.isFile() ?? false) && (!watched.has(dirname(path)) || !wanted(path));
        // only ours: chokidar would otherwise follow links into other trees
        watching = watch([], { depth: 0, ignoreInitial: true, followSymlinks: false, ignored });
        watching.on('all', onChange).on('error', onChange);
      }
      const before = watched;
      watched = next;
      watching.unwatch([...before].filter((folder) => !next.has(folder)));
      watching.add([...next].filter((folder) => !before.has(folder)));
    },
    async close() {
      await watching?.close();
    },
  };
}
