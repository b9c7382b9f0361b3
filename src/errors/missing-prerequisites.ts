import type { LongForm } from './long-form.js';

const look = 'spark-dev doctor';

/** What is not there, or cannot be got or trusted: exit 4. */
export const missingThings = {
  PREREQUISITE_MISSING: {
    meaning: 'Something on this machine is missing that spark-dev cannot bring by itself.',
    causes: ['Another system than Debian or Ubuntu', 'No root and no sudo'],
    actions: [look, 'spark-dev run sparkpi --target local'],
  },
  FOLDER_OF_ROOT: {
    meaning: 'A folder of spark-dev belongs to root, and this user may not write there. Nothing was done.',
    causes: ['An earlier run with sudo'],
    actions: ['sudo chown -R "$(id -u):$(id -g)" FOLDER   # the error names it', 'Do not run spark-dev with sudo'],
  },
  ENGINE_MISSING: {
    meaning: 'There is no Docker on this machine. Only the cluster needs it; embedded runs do not.',
    causes: ['Docker was never installed', 'Its programs are not on the PATH'],
    actions: ['spark-dev init --yes', 'spark-dev run sparkpi --target local'],
  },
  ENGINE_SILENT: {
    meaning: 'Docker is installed, but its daemon did not answer within 2 seconds.',
    causes: ['It is not started', 'This user may not talk to its socket', 'DOCKER_HOST points elsewhere'],
    actions: ['docker info', 'spark-dev init --yes', look],
  },
  CAPABILITY_MISSING: {
    meaning: 'This machine denies CAP_SYS_RESOURCE, without which a cluster node does not start.',
    causes: ['The machine is itself a container, and its Docker daemon was started by somebody else'],
    actions: [
      'Stop that daemon and run spark-dev init --yes: a daemon that spark-dev starts gets a runtime that does without',
      'spark-dev run sparkpi --target local',
    ],
  },
  JAVA_MISSING: {
    meaning: 'No Java in the range that this Spark supports, and none could be fetched.',
    causes: ['No network and nothing cached', 'A system for which the package index has no Java runtime'],
    actions: ['Install Java 17 or 21 and set JAVA_HOME', look],
  },
  GO_MISSING: {
    meaning: 'Tools are built from source, and there is no Go to do it with, nor could one be fetched.',
    causes: ['No network', 'GOPROXY points at a proxy that does not have golang.org/toolchain'],
    actions: ['go env GOPROXY', look],
  },
  PYTHON_MISSING: {
    meaning: 'A Python application was asked for, and there is no Python that this Spark supports.',
    causes: ['python3 is missing or too old'],
    actions: ['Install Python 3', 'spark-dev run sparkpi --lang scala', look],
  },
  TOOL_MISSING: {
    meaning: 'A program is not on the PATH, and spark-dev has no copy of its own.',
    causes: ['The cluster was not prepared yet', 'The PATH of this shell is shorter than usual'],
    actions: ['spark-dev init --yes', look],
  },
  DOWNLOAD_FAILED: {
    meaning: 'A file could not be fetched from a package registry.',
    causes: [
      'No network, or a proxy that is not set',
      'The registry does not have that version',
      'A certificate that is not trusted',
    ],
    actions: [
      'Look at HTTPS_PROXY, NO_PROXY, and the settings of pip, npm and go: spark-dev uses the same',
      'Run it again: finished downloads are kept',
    ],
  },
  CHECKSUM_MISMATCH: {
    meaning: 'A downloaded file is not the one that was pinned. It was thrown away.',
    causes: ['A proxy answered with a page of its own', 'A broken or changed mirror'],
    actions: ['Run it again', 'If it happens again, distrust the mirror and report it'],
  },
  CHECKSUM_MISSING: {
    meaning: 'An official release has no checksum that could be compared, so it was not installed.',
    causes: ['The vendor’s checksum file does not answer', 'A proxy answers in its place'],
    actions: ['Run it again', 'spark-dev init --source registries builds the tool from source'],
  },
  SOURCE_UNREACHABLE: {
    meaning: 'Neither the official releases nor the package registries answered, or not the one that was asked for.',
    causes: ['No network, or a proxy that is not set', 'A firewall that allows neither'],
    actions: [
      'Look at HTTPS_PROXY and NO_PROXY',
      'Behind a mirror: PIP_INDEX_URL or pip.conf, and GOPROXY, are used',
      'spark-dev init --source registries does not ask first',
    ],
  },
} satisfies Readonly<Record<string, LongForm>>;
