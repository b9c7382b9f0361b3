/** The programs that we call on the user's own machine. */
export type ReleaseName = 'minikube' | 'skaffold' | 'kubectl';

export type ReleasePlatform = `${'linux' | 'darwin'}/${'amd64' | 'arm64'}` | 'windows/amd64';

/** One file of an official release: the program itself, nothing to unpack. */
export interface ReleasePin {
  readonly url: string;
  /**
   * Only if two independent public sources agree. Otherwise the vendor's own checksum file is trusted once, and its value is kept
   * in the user's lock.
   */
  readonly sha256?: string;
  /** `owner/repo path@commit` of each source. */
  readonly sources: readonly string[];
}

export interface Release {
  readonly name: ReleaseName;
  readonly version: string;
  readonly pins: Readonly<Partial<Record<ReleasePlatform, ReleasePin>>>;
  /** Other hosts that the vendor's address may redirect to; any other is refused. */
  readonly redirectsTo: readonly string[];
}

const vendorOfMinikube =
  'kubernetes/minikube deploy/minikube/releases-v2.json@296ce4cc2264c74b76e0fb5add7735c38850d25c';
const metricshell = 'Denki77/metricshell research/INV-012/run-bench.sh@a628fd9fb14681be5edce6cb0b52d4a99bfa37a7';
const kubespray =
  'kubernetes-sigs/kubespray roles/kubespray_defaults/vars/main/checksums.yml@005bdce7f1867958838a2d0bb4f7e67893d98f64';
const rules = 'loopingz/rules_k8s_cd lib/private/kubectl_toolchain.bzl@6d9523ff08111365a60e340108780ee163181a73';
const hermitKubectl = 'cashapp/hermit-packages kubectl.hcl@c11fe1946c8e33d0802c819874d5bcfd29cad3ce';
const hermitSkaffold = 'cashapp/hermit-packages skaffold.hcl@d8e3b20974d1797e4ef6d384bcb93c49b4b01313';
const pixie = 'pixie-io/pixie tools/chef/cookbooks/px_dev_extras/attributes';
const pixieCommit = '8f338b75f02cd33489a1bad7eff1bf55adeceeb6';

type Pins = Release['pins'];

/** `unsummed`: platforms whose checksum has no second source. */
function pin(
  urlOf: (platform: string) => string,
  sources: readonly string[],
  sums: Readonly<Partial<Record<ReleasePlatform, string>>>,
  unsummed: readonly ReleasePlatform[] = [],
): Pins {
  const fileOf = (platform: string): string => `${urlOf(platform)}${platform.startsWith('windows/') ? '.exe' : ''}`;
  const summed = Object.entries(sums).map(([platform, sha256]) => [
    platform,
    { url: fileOf(platform), sha256, sources },
  ]);
  const others = unsummed.map((platform) => [platform, { url: fileOf(platform), sources }]);
  return Object.fromEntries([...summed, ...others]) as Pins;
}

const dashed = (program: string) => (platform: string) =>
  `https://storage.googleapis.com/${program}-${platform.replace('/', '-')}`;
const minikube = dashed('minikube/releases/v1.38.1/minikube');
const skaffold = dashed('skaffold/releases/v2.16.1/skaffold');
const kubectl = (platform: string): string => `https://dl.k8s.io/release/v1.34.4/bin/${platform}/kubectl`;

/** The same versions as those built from source, so that both ways give the same tools. */
export const releases: Readonly<Record<ReleaseName, Release>> = {
  minikube: {
    name: 'minikube',
    version: 'v1.38.1',
    redirectsTo: [],
    pins: {
      ...pin(minikube, [vendorOfMinikube, metricshell], {
        'linux/amd64': '099477eaf248bcb5bcea8ce78a2898e93ac01461c35189da1848c3de82ecd22e',
        'linux/arm64': 'a0b8a1ebfc8c07a247271d8df98ac0ddd7c8c855b601d402463e2e50c08c6bab',
        'darwin/amd64': 'db11dffba835609988e4e98c3a91a38653ce66ddfa8ea3aaea92d87c54a0a348',
        'darwin/arm64': 'f9b0c70bb7daf38c683c0b6e46dc1b612600247ae826bf74576807746a919ee8',
      }),
      ...pin(
        minikube,
        [vendorOfMinikube, 'ScoopInstaller/Main bucket/minikube.json@ae292bb279cd113f12e1aa94190665002a07bdd3'],
        { 'windows/amd64': '04215bec5632a976b48eb632856b50f1eaaa183b9c2a5904e11d1bacc4961ff7' },
      ),
    },
  },
  skaffold: {
    name: 'skaffold',
    version: 'v2.16.1',
    redirectsTo: [],
    pins: {
      ...pin(skaffold, [hermitSkaffold, `${pixie}/linux.rb@${pixieCommit}`], {
        'linux/amd64': '1cbeea85aa14ba603dbc2bbdfa7bfde5644d7988beed0fdc0fd1c67298d4cf67',
      }),
      ...pin(skaffold, [hermitSkaffold], {}, ['linux/arm64']),
      ...pin(skaffold, [hermitSkaffold, `${pixie}/mac_os_x.rb@${pixieCommit}`], {
        'darwin/amd64': 'ed4c6cd0c82f48908db6bc1210b2f609bb5672b340ad1fbaa092ed2c6acedeb5',
      }),
      ...pin(skaffold, [hermitSkaffold], {}, ['darwin/arm64']),
      ...pin(
        skaffold,
        [
          'ScoopInstaller/Extras bucket/skaffold.json@1341cc8b5f1a01a4e0c0c27c99b383e678c7d95d',
          'microsoft/winget-pkgs manifests/g/Google/ContainerTools/Skaffold/2.16.1/Google.ContainerTools.Skaffold.installer.yaml@06969bea720909a86a356f5220e1cdd5fc6ab7c5',
        ],
        { 'windows/amd64': '0979121d2c54de5f9f7dc4e5dc8eceed694d36c3e7d3f2ae7d617791d99be5c1' },
      ),
    },
  },
  kubectl: {
    name: 'kubectl',
    version: 'v1.34.4',
    redirectsTo: ['cdn.dl.k8s.io'],
    pins: {
      ...pin(kubectl, [kubespray, hermitKubectl, rules], {
        'linux/amd64': 'd50c359d95e0841eaad08ddc27c7be37cba8fdccfba5c8e2ded65e121ff112db',
        'linux/arm64': '5b982c0644ab1e27780246b9085a5886651b4a7ed86243acbb2bacc1bea01dda',
      }),
      ...pin(kubectl, [hermitKubectl, rules], {
        'darwin/amd64': '9861e775578651d903a779f840ff8e4c0013ae29a1ffc67f05d967262fcf734c',
        'darwin/arm64': 'd9b239414a5fdf624835bfb62eef28a0885f1645d579f98056a9ab3293f51f87',
      }),
      ...pin(kubectl, [rules], {}, ['windows/amd64']),
    },
  },
};

/** All three vendors put it there. */
export function checksumUrl({ url }: Pick<ReleasePin, 'url'>): string {
  return `${url}.sha256`;
}
