import { describe, expect, it } from 'vitest';
import { createFakeHost } from '../../../test/fakes/fake-host.js';
import { settingsPaths, wslConfigPath } from './machine.js';

function hostOf(
  os: NodeJS.Platform,
  userHome: string,
  env: Record<string, string> = {},
): Parameters<typeof settingsPaths>[0] {
  const host = createFakeHost({ platform: { os } });
  return { ...host, env, directories: { ...host.directories, userHome } };
}

describe('where Docker Desktop keeps its settings', () => {
  it.each([
    [
      hostOf('darwin', '/Users/ada'),
      undefined,
      '/Users/ada/Library/Group Containers/group.com.docker/settings-store.json',
    ],
    [hostOf('linux', '/home/ada'), undefined, '/home/ada/.docker/desktop/settings-store.json'],
    [hostOf('linux', '/home/ada'), '/mnt/c/Users/ada', '/mnt/c/Users/ada/AppData/Roaming/Docker/settings-store.json'],
    [
      hostOf('win32', 'C:\\Users\\ada', { APPDATA: 'D:\\Profiles\\ada' }),
      'C:\\Users\\ada',
      'D:\\Profiles\\ada\\Docker\\settings-store.json',
    ],
    [
      hostOf('win32', 'C:\\Users\\ada'),
      'C:\\Users\\ada',
      'C:\\Users\\ada\\AppData\\Roaming\\Docker\\settings-store.json',
    ],
  ])('newest form first', (host, windowsHome, newest) => {
    const older = newest.replace('settings-store.json', 'settings.json');
    expect(settingsPaths(host, windowsHome)).toEqual([newest, older]);
  });

  it('knows no place on other systems', () => {
    expect(settingsPaths(hostOf('freebsd', '/home/ada'), undefined)).toEqual([]);
  });

  it('finds .wslconfig in the home on the Windows side', () => {
    expect(wslConfigPath(hostOf('win32', 'C:\\Users\\ada'), 'C:\\Users\\ada')).toBe('C:\\Users\\ada\\.wslconfig');
    expect(wslConfigPath(hostOf('linux', '/home/ada'), '/mnt/c/Users/ada')).toBe('/mnt/c/Users/ada/.wslconfig');
  });
});
