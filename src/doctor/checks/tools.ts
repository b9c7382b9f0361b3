import { findTool, type HostToolName } from '../../toolchain/find-tool.js';
import { findGo, requiredGoVersion } from '../../toolchain/go/toolchain.js';
import { chooseProvider, missingForCluster, ok, skip, wasPrepared, type Check } from '../check.js';

const go: Check = {
  id: 'go',
  group: 'Cluster',
  title: 'Go',
  async run(host, context) {
    const minimum = await requiredGoVersion(host);
    const found = await findGo(host, minimum);
    if (found !== undefined) return ok(`${found.version} at ${found.path}`);
    if (await wasPrepared(host, context)) return skip('none, but the tools are built already');
    const detail = `no Go ${minimum} or newer; init downloads one through the module proxy`;
    return { status: 'warn', detail, fix: ['spark-dev init --yes'] };
  },
};

function checkTool(name: HostToolName, title: string): Check {
  return {
    id: name,
    group: 'Cluster',
    title,
    async run(host, context) {
      const provider = await chooseProvider(host, context);
      if (!provider.tools.includes(name)) return skip(`not needed with ${provider.title}`);
      const answer = await findTool(host, name, context.signal);
      if (answer.found === undefined) return missingForCluster(host, answer.rejected ?? `no ${name}`, context);
      const { version, path, origin } = answer.found;
      return ok(`${version} ${origin === 'path' ? 'on the PATH' : 'built by init'}: ${path}`);
    },
  };
}

export const toolChecks = [
  go,
  checkTool('minikube', 'minikube'),
  checkTool('skaffold', 'Skaffold'),
  checkTool('kubectl', 'kubectl'),
];
