import { posix, win32 } from 'node:path';
import type { Host } from '../../ports/host.js';

/** Docker Desktop 4.35 renamed the file and capitalised its keys (https://github.com/docker/docs/pull/21003). */
const fileNames = ['settings-store.json', 'settings.json'] as const;

/** The user's Windows home, as this process sees it: `C:\Users\ada`, or `/mnt/c/Users/ada` inside WSL. */
export type WindowsHome = string | undefined;

/** Possible settings files of Docker Desktop, newest form first; Windows paths only on Windows itself. */
export function settingsPaths(
  host: Pick<Host, 'platform' | 'env' | 'directories'>,
  windowsHome: WindowsHome,
): readonly string[] {
  const folder = settingsFolder(host, windowsHome);
  const style = host.platform.os === 'win32' ? win32 : posix;
  return folder === undefined ? [] : fileNames.map((name) => style.join(folder, name));
}

function settingsFolder(
  { platform, env, directories }: Pick<Host, 'platform' | 'env' | 'directories'>,
  windowsHome: WindowsHome,
): string | undefined {
  switch (platform.os) {
    case 'darwin':
      return posix.join(directories.userHome, 'Library', 'Group Containers', 'group.com.docker');
    case 'win32':
      return win32.join(env['APPDATA'] ?? win32.join(directories.userHome, 'AppData', 'Roaming'), 'Docker');
    case 'linux':
      return windowsHome === undefined
        ? posix.join(directories.userHome, '.docker', 'desktop')
        : posix.join(windowsHome, 'AppData', 'Roaming', 'Docker');
    default:
      return undefined;
  }
}

/** The settings of all WSL2 distributions: https://learn.microsoft.com/en-us/windows/wsl/wsl-config#wslconfig */
export function wslConfigPath({ platform }: Pick<Host, 'platform'>, windowsHome: string): string {
  return (platform.os === 'win32' ? win32 : posix).join(windowsHome, '.wslconfig');
}
