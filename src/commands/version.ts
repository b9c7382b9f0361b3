import { command } from '../command.js';
import { ownVersion } from '../package.js';

export const version = command({
  name: 'version',
  makesNoFolders: true,
  examples: ['spark-dev version', 'spark-dev version --json'],
  run(host) {
    const own = ownVersion();
    const { os, arch } = host.platform;
    return Promise.resolve({
      data: { version: own, node: process.versions.node, os, arch },
      text: [`spark-dev ${own} (Node ${process.versions.node}, ${os}/${arch})`],
    });
  },
});
