import type { PinnedFile } from '../toolchain/pypi/pinned-file.js';

const python = 'cp311';

/**
 * Dependencies of Spark Connect's Python client that the Spark image lacks, for Debian 12's Python 3.11: `pip download` of the
 * extra `pyspark[connect]` of 4.3.0. https://spark.apache.org/docs/latest/api/python/getting_started/install.html#dependencies
 */
export function connectPackages(arch: 'amd64' | 'arm64'): readonly PinnedFile[] {
  return [
    ...pure,
    ...compiled.map(({ project, name, sums, megabytes }) => pin(project, name(machines[arch]), sums[arch], megabytes)),
  ];
}

const machines = { amd64: 'x86_64', arm64: 'aarch64' } as const;

const usual =
  (project: string, version: string, abi = `${python}-${python}`) =>
  (machine: string) =>
    `${project}-${version}-${abi}-manylinux2014_${machine}.manylinux_2_17_${machine}.whl`;
const turned = (project: string, version: string) => (machine: string) =>
  `${project}-${version}-${python}-${python}-manylinux_2_17_${machine}.manylinux2014_${machine}.whl`;

interface CompiledPackage {
  readonly project: string;
  readonly name: (machine: string) => string;
  readonly sums: Readonly<Record<'amd64' | 'arm64', string>>;
  readonly megabytes: number;
}

const compiled: readonly CompiledPackage[] = [
  {
    project: 'grpcio',
    name: usual('grpcio', '1.76.0'),
    sums: {
      amd64: '8843114c0cfce61b40ad48df65abcfc00d4dba82eae8718fab5352390848c5da',
      arm64: '08caea849a9d3c71a542827d6df9d5a69067b0a1efbea8a855633ff5d9571465',
    },
    megabytes: 7,
  },
  {
    project: 'numpy',
    name: turned('numpy', '1.26.4'),
    sums: {
      amd64: '666dbfb6ec68962c033a450943ded891bed2d54e6755e35e5835d63f4f6931d5',
      arm64: '7ab55401287bfec946ced39700c053796e7cc0e3acbef09993a9ad2adba6ca6e',
    },
    megabytes: 18,
  },
  {
    project: 'pandas',
    name: (machine) => (machine === 'x86_64' ? turned('pandas', '2.2.3')(machine) : usual('pandas', '2.2.3')(machine)),
    sums: {
      amd64: 'c124333816c3a9b03fbeef3a9f230ba9a737e9e5bb4060aa2107a86cc0a497fc',
      arm64: 'cd8d0c3be0515c12fed0bdbae072551c8b54b7192c7b1fda0ba56059a0179698',
    },
    megabytes: 16,
  },
  {
    project: 'protobuf',
    name: (machine) => `protobuf-6.33.6-cp39-abi3-manylinux2014_${machine}.whl`,
    sums: {
      amd64: 'e9db7e292e0ab79dd108d7f1a94fe31601ce1ee3f7b79e0692043423020b0593',
      arm64: 'e2afbae9b8e1825e3529f88d514754e094278bb95eadc0e199751cdd9a2e82a2',
    },
    megabytes: 1,
  },
  {
    project: 'pyarrow',
    name: turned('pyarrow', '18.1.0'),
    sums: {
      amd64: 'e31e9417ba9c42627574bdbfeada7217ad8a4cbbe45b9d6bdd4b62abbca4c6f6',
      arm64: 'f39a2e0ed32a0970e4e46c262753417a60c43a3246972cfc2d3eb85aedd01b21',
    },
    megabytes: 40,
  },
  {
    project: 'zstandard',
    name: usual('zstandard', '0.25.0'),
    sums: {
      amd64: '9300d02ea7c6506f00e627e287e0492a5eb0371ec1670ae852fefffa6164b072',
      arm64: '01582723b3ccd6939ab7b3a78622c573799d5d8737b534b86d0e06ac18dbde4a',
    },
    megabytes: 6,
  },
];

const pure: readonly PinnedFile[] = [
  pin(
    'googleapis-common-protos',
    'googleapis_common_protos-1.76.0-py3-none-any.whl',
    '59e13344a9f3651aa201a03e2bee815a3bf43a4baf1f9ff8a9b62a840ce25fac',
  ),
  pin(
    'grpcio-status',
    'grpcio_status-1.76.0-py3-none-any.whl',
    '380568794055a8efbbd8871162df92012e0228a5f6dffaf57f2a00c534103b18',
  ),
  pin(
    'python-dateutil',
    'python_dateutil-2.9.0.post0-py2.py3-none-any.whl',
    'a8b2bc7bffae282281c8140a97d3aa9c14da0b136dfe83f850eea9a5f7470427',
  ),
  pin('pytz', 'pytz-2024.2-py2.py3-none-any.whl', '31c7c1817eb7fae7ca4b8c7ee50c72f93aa2dd863de768e1ef4245d426aa0725'),
  pin('six', 'six-1.17.0-py2.py3-none-any.whl', '4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274'),
  pin(
    'typing-extensions',
    'typing_extensions-4.16.0-py3-none-any.whl',
    '481caa481374e813c1b176ada14e97f1f67a4539ce9cfeb3f350d78d6370c2e8',
  ),
  pin(
    'tzdata',
    'tzdata-2024.2-py2.py3-none-any.whl',
    'a48093786cdcde33cad18c2555e8532f34422074448fbc874186f0abd79565cd',
  ),
];

function pin(project: string, name: string, sha256: string, sizeMb = 1): PinnedFile {
  return { project, name, sha256, sizeMb };
}
