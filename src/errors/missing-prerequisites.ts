const look = 'spark-dev doctor';

/** Something is missing, or cannot be downloaded or trusted: exit 4. */
export const missingThings = {
  PREREQUISITE_MISSING: {
    meaning: 'This machine lacks something that spark-dev cannot install.',
    causes: ['The system is neither Debian nor Ubuntu', 'Neither root nor sudo is available'],
    actions: [look, 'spark-dev run sparkpi --target local'],
  },
  FOLDER_OF_ROOT: {
    meaning: 'A spark-dev folder belongs to root, and this user may not write there. Nothing was done.',
    causes: ['An earlier run with sudo'],
    actions: ['sudo chown -R "$(id -u):$(id -g)" FOLDER   # the error names it', 'Do not run spark-dev with sudo'],
  },
  ENGINE_MISSING: {
    meaning: 'Docker is missing on this machine. Only the cluster needs it; runs with --target local do not.',
    causes: ['Docker was never installed', 'Its programs are not on the PATH'],
    actions: ['spark-dev init --yes', 'spark-dev run sparkpi --target local'],
  },
  ENGINE_SILENT: {
    meaning: 'Docker is installed, but its daemon did not answer within 2 seconds.',
    causes: ['It is not started', 'This user may not talk to its socket', 'DOCKER_HOST points elsewhere'],
    actions: ['docker info', 'spark-dev init --yes', look],
  },
  CAPABILITY_MISSING: {
    meaning: 'This machine denies CAP_SYS_RESOURCE, and a cluster node cannot start without it.',
    causes: ['The machine is itself a container, and its Docker daemon was not started by spark-dev'],
    actions: [
      'Stop that daemon and run spark-dev init --yes: daemons that spark-dev starts use a runtime that works without it',
      'spark-dev run sparkpi --target local',
    ],
  },
  JAVA_MISSING: {
    meaning: 'There is no Java that this Spark supports, and none could be downloaded.',
    causes: ['There is no network and no cached copy', 'The package index has no Java runtime for this system'],
    actions: ['Install Java 17 or 21 and set JAVA_HOME', look],
  },
  GO_MISSING: {
    meaning: 'Tools are built from source, but Go is missing and could not be downloaded.',
    causes: ['No network', 'GOPROXY points at a proxy that does not have golang.org/toolchain'],
    actions: ['go env GOPROXY', look],
  },
  PYTHON_MISSING: {
    meaning: 'A Python application needs a Python that this Spark supports, and there is none.',
    causes: ['python3 is missing or too old'],
    actions: ['Install Python 3', 'spark-dev run sparkpi --lang scala', look],
  },
  TOOL_MISSING: {
    meaning: 'A program is not on the PATH, and spark-dev has no copy of its own.',
    causes: ['The cluster was not prepared yet', 'The PATH of this shell is shorter than usual'],
    actions: ['spark-dev init --yes', look],
  },
  DOWNLOAD_FAILED: {
    meaning: 'A file could not be downloaded from a package registry.',
    causes: [
      'There is no network, or the proxy is not set',
      'The registry does not have that version',
      'A certificate is not trusted',
    ],
    actions: [
      'Check HTTPS_PROXY, NO_PROXY, and the settings of pip, npm and go: spark-dev uses the same',
      'Run it again: finished downloads are kept',
    ],
  },
  CHECKSUM_MISMATCH: {
    meaning: 'A downloaded file does not match its pinned checksum and was discarded.',
    causes: ['A proxy answered with a page of its own', 'A mirror is broken or was changed'],
    actions: ['Run it again', 'If it happens again, do not trust the mirror, and report it'],
  },
  CHECKSUM_MISSING: {
    meaning: 'An official release has no checksum to verify, so it was not installed.',
    causes: ['The vendor’s checksum file is unavailable', 'A proxy answered in its place'],
    actions: ['Run it again', 'spark-dev init --source registries builds the tool from source'],
  },
  SOURCE_UNREACHABLE: {
    meaning: 'Neither the official releases nor the package registries answered, or the requested source did not.',
    causes: ['There is no network, or the proxy is not set', 'A firewall blocks both'],
    actions: [
      'Check HTTPS_PROXY and NO_PROXY',
      'Behind a mirror: set PIP_INDEX_URL or pip.conf, and GOPROXY',
      'spark-dev init --source registries skips this check',
    ],
  },
} satisfies Readonly<Record<string, LongForm>>;

export interface LongForm {
  readonly meaning: string;
  /** The usual ones first. */
  readonly causes: readonly string[];
  readonly actions: readonly string[];
}
