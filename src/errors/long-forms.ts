import { missingThings, type LongForm } from './missing-prerequisites.js';
import type { ErrorCode } from './spark-dev-error.js';

const look = 'spark-dev doctor';
const log = 'Read the file that the error names under `details:`';

/** What `spark-dev help CODE` prints, without a network. */
export const longForms: Readonly<Record<ErrorCode, LongForm>> = {
  TOOL_FAILED: {
    meaning: 'A program that spark-dev called failed in a way that it does not recognize.',
    causes: ['See the last lines of that program, shown under `why:`'],
    actions: [log, 'Run the same command with -v to see each program call, then run that call by hand'],
  },
  DISK_WRITE_FAILED: {
    meaning: 'A file or folder could not be read or written.',
    causes: ['The folder belongs to another user, often after a run with sudo', 'The disk is mounted read-only'],
    actions: ['Check the owner of the path that the error names', 'SPARK_DEV_HOME=/another/folder spark-dev …'],
  },
  JOURNAL_BROKEN: {
    meaning: 'An operation was interrupted and its journal cannot be read, so spark-dev cannot resume it.',
    causes: ['Another version of spark-dev wrote it', 'The file was changed by hand'],
    actions: ['Use the version that wrote it', 'Discard the cluster: spark-dev down --delete'],
  },
  RESTORE_DIFFERS: {
    meaning: 'The restored data does not match the backup, which was kept.',
    causes: ['Another program wrote into a claim meanwhile', 'The backup was changed', 'The disk is faulty'],
    actions: ['Restore it again: spark-dev init --yes', 'The error names the folder with the backup'],
  },
  USAGE: {
    meaning: 'The command line, or a SPARK_DEV_ variable, is invalid. Nothing was done.',
    causes: ['A misspelt command or flag', 'A flag of the application that belongs after `--`'],
    actions: ['spark-dev --help', 'spark-dev help COMMAND', 'spark-dev run sparkpi -- 1000'],
  },
  CONFIG_INVALID: {
    meaning:
      'A spark-dev.yaml has problems (all are listed with file, line and column), or belongs to another user. Nothing was done.',
    causes: [
      'A misspelt key (the error names the nearest known key)',
      'Invalid YAML',
      '`version: 1` is missing',
      'The file, or its folder, belongs to another user or is writable by one (SPARK_DEV_TRUST)',
    ],
    actions: [
      'spark-dev help spark-dev.yaml lists every key',
      'Check the location: spark-dev searches from the working directory upwards, then the configuration folder (help environment)',
    ],
  },
  APP_UNKNOWN: {
    meaning: 'There is no application of that name.',
    causes: ['A misspelt name', 'The spark-dev.yaml that defines it is not in this folder or above it'],
    actions: ['spark-dev run sparkpi', 'Add your own under `apps:` in spark-dev.yaml'],
  },
  CONTEXT_UNKNOWN: {
    meaning: 'None of your kubeconfigs has a context of that name. Nothing was changed.',
    causes: ['A misspelt name', 'KUBECONFIG names other files than expected', 'The file that has it is broken'],
    actions: ['spark-dev cluster list', "spark-dev init --yes writes spark-dev's own entry"],
  },
  NAMESPACE_UNKNOWN: {
    meaning: 'The cluster has no such namespace, so nothing can run in it.',
    causes: ['A misspelt name', 'It was deleted, or the cluster was recreated since'],
    actions: ['spark-dev namespace list', 'spark-dev namespace create NAME', 'spark-dev namespace use spark'],
  },
  CANCELLED: {
    meaning: 'You answered a question with no. Nothing was done.',
    causes: ['An answer at the terminal'],
    actions: ['Run it again, with --yes to answer yes to every question'],
  },
  RIGHTS_MISSING: {
    meaning: 'A right is missing in a namespace. Each verb, resource and namespace is named; nothing was submitted.',
    causes: [
      'The namespace was never prepared for Spark, or its role was changed since',
      'Your own role there is less than edit (to run) or admin (to prepare)',
    ],
    actions: [
      'kubectl auth can-i --list --namespace NAMESPACE',
      'spark-dev namespace prepare NAMESPACE --context CONTEXT   # needs the role admin there',
    ],
  },
  ...missingThings,
  DOCTOR_FAILED: {
    meaning: 'A check of spark-dev doctor failed.',
    causes: ['See the fix of the failed check'],
    actions: [look],
  },
  SERVICE_DOWN: {
    meaning: 'A service is not up: the submit service, from which jobs start, or one whose page was to be opened.',
    causes: ['It was never brought up in this namespace', 'clean, submit down or services down removed it'],
    actions: ['spark-dev services status', 'spark-dev services up NAME', 'spark-dev run APP needs none'],
  },
  CLUSTER_ABSENT: {
    meaning: 'The command needs a cluster, and there is none yet.',
    causes: ['init was never run, or did not finish', 'down --delete removed it'],
    actions: ['spark-dev init --yes', 'spark-dev run sparkpi --target local'],
  },
  CLUSTER_UNREACHABLE: {
    meaning: 'There is a cluster, but its API does not answer.',
    causes: ['It is stopped, for example after a reboot', 'Docker is not running', 'It ran out of memory'],
    actions: ['spark-dev status', 'spark-dev init --yes'],
  },
  RESOURCES_SHORT: {
    meaning: 'The request does not fit into the cluster or the machine.',
    causes: ['Another run uses the CPUs', 'The cluster is small', '--cpus or --memory exceed the machine'],
    actions: [
      'spark-dev cluster status',
      'spark-dev run NAME --fit shrink, or --fit resize',
      'Leave out --cpus and --memory: spark-dev then fits them',
      'spark-dev run sparkpi --target local',
    ],
  },
  DISK_FULL: {
    meaning: 'The disk is full.',
    causes: ['Images and build caches take several gigabytes', 'stdout or stderr goes to a file on a full disk'],
    actions: ['df -h', 'docker system df', 'spark-dev help environment lists the folders that spark-dev uses'],
  },
  BUILD_FAILED: {
    meaning: 'A build failed: a tool from source, an image, or the application.',
    causes: ['The source does not compile', 'A module could not be downloaded', 'Too little memory or disk'],
    actions: [log, 'Run it again: finished parts are kept'],
  },
  IMAGE_MISSING: {
    meaning: 'The cluster does not have the image that a pod needs, and does not pull any.',
    causes: ['The image was built on a different Docker daemon than the cluster’s', 'It was removed'],
    actions: ['spark-dev init --yes', look],
  },
  BASE_UNFIT: {
    meaning: "The image in --base cannot be the base of this version's Spark image.",
    causes: [
      'It has another Spark version, or none at /opt/spark',
      'It has no python3, or a Java or Python that this Spark does not support',
      'It is built for another processor',
    ],
    actions: ['Use the digest of another variant', 'Build the default image: spark-dev images build'],
  },
  IMAGE_TAG_TAKEN: {
    meaning: 'The cluster has a different image under this name and keeps it.',
    causes: ['The image was rebuilt under the same tag'],
    actions: ['spark-dev images load IMAGE --content-tag', 'Use a new tag: docker tag IMAGE NAME:NEW_TAG'],
  },
  BUNDLE_REFUSED: {
    meaning: 'The file is not a bundle that this spark-dev can use on this machine.',
    causes: ['Another version of spark-dev made it', 'It is for another processor type', 'It is another kind of file'],
    actions: ['spark-dev images save FILE   # with the same spark-dev version, on a machine of the same type'],
  },
  TIMED_OUT: {
    meaning: 'An operation timed out.',
    causes: ['The machine is overloaded', 'The network drops packets'],
    actions: [look, 'Run it again'],
  },
  NAMESPACE_STUCK: {
    meaning: 'The namespace is stuck in Terminating: a finalizer remains in it.',
    causes: [
      'The program that should handle the finalizer is gone',
      'A pod that does not terminate still mounts a volume',
      'An API service that the deletion needs does not answer',
    ],
    actions: [
      'Restore that program, or remove what still uses the object; the deletion then continues by itself',
      'Meanwhile: spark-dev namespace create OTHER && spark-dev namespace use OTHER',
      'spark-dev removes no finalizer: the disk or bucket that it guards would be left behind for good',
    ],
  },
  LOCKED: {
    meaning: 'Another spark-dev is changing the cluster.',
    causes: ['init or down is running in another terminal'],
    actions: ['Wait for it, or stop it with Ctrl-C', 'spark-dev status'],
  },
  CONTEXT_REFUSED: {
    meaning: "The named kubeconfig context is not spark-dev's local cluster. Nothing was touched.",
    causes: [
      '--context or SPARK_DEV_CONTEXT names a cluster that is not known to be on this machine',
      "The command only works on spark-dev's own cluster, whatever the context",
    ],
    actions: [
      'Leave out --context',
      'spark-dev cluster list',
      'spark-dev run NAME --context CONTEXT --allow-remote --image-registry REGISTRY',
    ],
  },
  PROVIDER_CANNOT: {
    meaning: "spark-dev did not make this provider's cluster, so it cannot do this with it.",
    causes: [
      "Docker Desktop's cluster: only Docker Desktop starts, stops, resizes and resets it",
      'A shared cluster (--context): spark-dev works inside one namespace of it',
    ],
    actions: ['See the error for the place in Docker Desktop', 'spark-dev init --provider minikube'],
  },
  NAMESPACE_FOREIGN: {
    meaning: 'The namespace was left as it is: spark-dev or this home did not make it, or spark-dev itself needs it.',
    causes: [
      'It lacks the label app.kubernetes.io/managed-by=spark-dev',
      "In Docker Desktop's Kubernetes: another home made it, or an older version of spark-dev",
      'It belongs to Kubernetes',
    ],
    actions: ['spark-dev namespace list', 'Choose another name: spark-dev namespace create NAME'],
  },
  NON_INTERACTIVE: {
    meaning: 'spark-dev needs an answer, but there is no terminal to ask on.',
    causes: ['CI, a pipe, or --no-input'],
    actions: ['Run it again with --yes'],
  },
  IN_USE: {
    meaning:
      'The target is still in use: by a running job, by your containers in the Docker that spark-dev started, or by another SPARK_DEV_HOME.',
    causes: [
      'A run in another terminal',
      'A container of another project, started in the same Docker',
      'Another SPARK_DEV_HOME, or another user of the same Docker, made the cluster: the error names its folder',
      'An object in the cluster has the name of one of a service, and this home did not make it',
    ],
    actions: [
      'Wait until the run or the container ends, or stop it',
      'Set SPARK_DEV_HOME to the home that made the cluster, and run the command again',
      'spark-dev run APP --target local needs no cluster',
    ],
  },
  PORT_TAKEN: {
    meaning: 'The port from the flag is taken. Without the flag, spark-dev uses the next free one.',
    causes: ['Another Spark UI', 'Another program; the error names it if possible'],
    actions: ['Leave out --ui-port', 'Choose another port'],
  },
  KUBECONFIG_BROKEN: {
    meaning: 'The user’s kubeconfig cannot be read and was left unchanged.',
    causes: ['A manual edit', 'Another program changed it'],
    actions: ['kubectl config view', 'Repair the file that the error names, then run: spark-dev init --yes'],
  },
  JOB_FAILED: {
    meaning: 'Spark started correctly, but the application itself failed.',
    causes: ['An exception in the application', 'A driver or executor out of memory', 'A wrong argument after `--`'],
    actions: [
      'Read the driver’s log, named under `details:`',
      'spark-dev run NAME --target local runs it without a cluster',
    ],
  },
  INTERNAL: {
    meaning: 'spark-dev itself has a bug.',
    causes: ['An unexpected case'],
    actions: ['Run it again with -vv and report the output'],
  },
  INTERRUPTED: {
    meaning: 'Stopped by Ctrl-C or a signal; everything that this run had made was removed.',
    causes: ['Ctrl-C, SIGTERM, or a terminal that was closed'],
    actions: ['spark-dev status shows what is there', 'Run it again: finished work is kept'],
  },
};
