import { dirname } from 'node:path';
import type { FakeHost } from './fake-host.js';

/** Calls that change something (but for stale pid files), each as one line without the folder of its program. */
export function listChanges(host: FakeHost): readonly string[] {
  const looking =
    /^(cat |du |docker (info|version|run --rm --pull=never --network=none --entrypoint=ls|image inspect|image ls|volume inspect|container inspect|exec spark-dev grep|cp |run --rm --pull=never --network=none --volume=spark-dev:\/var:ro --entrypoint=cat|(container|volume|network) ls)|minikube (version|config|profile|status|docker-env)|kubectl (version|.* get |.* --as=\S+ create --filename=- )|skaffold version|apt-get .*--print-uris|apt-config|go |sudo -n true|rm -f \S+\.pid$)/;
  return host.runner.calls
    .map(({ argv }) =>
      [argv[0]?.replace(/^.*\//, '') ?? '', ...argv.slice(1)].join(' ').replaceAll(dirname(host.directories.data), ''),
    )
    .filter((line) => !looking.test(line));
}
