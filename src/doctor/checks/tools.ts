import { resolveProvider } from '../../clusters/providers.js';
import { findTool, type HostToolName } from '../../toolchain/find-tool.js';
import type { Check } from '../check.js';
import { missingForCluster, withinCheck } from '../was-prepared.js';

function checkTool(name: HostToolName, title: string): Check {
  return {
    id: name,
    group: 'Cluster',
    title,
    async run(host, { signal, settings }) {
      const provider = await resolveProvider(host, (await settings()).provider, signal, withinCheck);
      if (!provider.tools.includes(name)) return { status: 'skip', detail: `not needed with ${provider.title}` };
      const answer = await findTool(host, name, signal);
      if (answer.found === undefined)
        return missingForCluster(host, answer.rejected ?? `no ${name}`, { signal, settings });
      const { version, path, origin } = answer.found;
      return { status: 'ok', detail: `${version} ${origin === 'path' ? 'on the PATH' : 'built by init'}: ${path}` };
    },
  };
}

export const minikubeCheck = checkTool('minikube', 'minikube');
export const skaffoldCheck = checkTool('skaffold', 'Skaffold');
export const kubectlCheck = checkTool('kubectl', 'kubectl');
