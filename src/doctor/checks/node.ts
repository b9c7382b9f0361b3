import type { Check } from '../check.js';

const oldest = { major: 20, minor: 19 };

export const node: Check = {
  id: 'node',
  group: 'Machine',
  title: 'Node',
  run() {
    const { node: version } = process.versions;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    const isEnough = major > oldest.major || (major === oldest.major && minor >= oldest.minor);
    return Promise.resolve(
      isEnough
        ? { status: 'ok', detail: version }
        : {
            status: 'fail',
            detail: `${version} is older than 20.19`,
            fix: ['npx -y node@22 $(which spark-dev) doctor', 'https://nodejs.org'],
          },
    );
  },
};
