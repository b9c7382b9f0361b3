import type { ErrorCode } from './codes.js';
import type { LongForm } from './long-form.js';
import { missingThings } from './missing-prerequisites.js';

const look = 'spark-dev doctor';
const log = 'Read the file that the error names under `details:`';

/** What `spark-dev help CODE` prints, without a network. */
export const longForms: Readonly<Record<ErrorCode, LongForm>> = {
  TOOL_FAILED: {
    meaning: 'A program that spark-dev called ended with a failure that it does not know.',
    causes: ['The reason is in the last lines of that program, shown under `why:`'],
    actions: [log, 'Run the same command with -v to see each program call, and that call by hand'],
  },
  DISK_WRITE_FAILED: {
    meaning: 'A file or folder could not be written, or not be read.',
    causes: ['The folder belongs to somebody else, often after a run with sudo', 'The disk is mounted read-only'],
    actions: ['Look at the owner of the path that the error names', 'SPARK_DEV_HOME=/another/folder spark-dev …'],
  },
  JOURNAL_BROKEN: {
    meaning: 'An operation was cut short, and what it noted of itself cannot be read, so nobody can go on from there.',
    causes: ['Another version of spark-dev wrote it', 'The file was changed by hand'],
    actions: ['Use the version that wrote it', 'Give the cluster up: spark-dev down --delete'],
  },
  RESTORE_DIFFERS: {
    meaning: 'The cluster was made anew, and what was put back into it is not what was saved. What was saved is kept.',
    causes: ['Something wrote into a claim in the meantime', 'The saved files were changed', 'The disk is faulty'],
    actions: ['Put it back once more: spark-dev init --yes', 'The saved files lie in the folder that the error names'],
  },
  USAGE: {
    meaning: 'The command line, or a SPARK_DEV_ variable, was not understood. Nothing was done.',
    causes: ['A misspelt command or flag', 'A flag of the application that belongs after `--`'],
    actions: ['spark-dev --help', 'spark-dev help COMMAND', 'spark-dev run sparkpi -- 1000'],
  },
  CONFIG_INVALID: {
    meaning: 'A spark-dev.yaml has problems, all listed with file, line and column, or is not yours. Nothing was done.',
    causes: [
      'A misspelt key (the nearest known one is named)',
      'YAML that does not parse',
      '`version: 1` is missing',
      'The file, or the folder that holds it, belongs to another user or can be written by one (SPARK_DEV_TRUST)',
    ],
    actions: [
      'spark-dev help spark-dev.yaml: every key',
      'The file is looked for from the working directory upwards, then in the configuration folder (help environment)',
    ],
  },
  APP_UNKNOWN: {
    meaning: 'There is no application of that name.',
    causes: ['A misspelt name', 'The spark-dev.yaml that names it is not in this folder or above it'],
    actions: ['spark-dev run sparkpi', 'Name your own under `apps:` in spark-dev.yaml'],
  },
  CONTEXT_UNKNOWN: {
    meaning: 'No kubeconfig of yours has a context of that name. Nothing was changed.',
    causes: ['A misspelt name', 'KUBECONFIG names other files than you think', 'The file that has it is broken'],
    actions: ['spark-dev cluster list', 'spark-dev init --yes writes the entry of spark-dev itself'],
  },
  NAMESPACE_UNKNOWN: {
    meaning: 'The cluster has no such namespace, so nothing can run in it.',
    causes: ['A misspelt name', 'It was deleted, or the cluster was made anew since'],
    actions: ['spark-dev namespace list', 'spark-dev namespace create NAME', 'spark-dev namespace use spark'],
  },
  CANCELLED: {
    meaning: 'A question was answered with no. Nothing was done.',
    causes: ['An answer at the terminal'],
    actions: ['Run it again, with --yes to agree beforehand'],
  },
  RIGHTS_MISSING: {
    meaning:
      'Somebody lacks a right in a namespace. Each verb, resource and namespace is named; nothing was submitted.',
    causes: [
      'The namespace was never prepared for Spark, or its role was changed since',
      'Your own role there is less than edit (to run) or admin (to prepare)',
    ],
    actions: [
      'kubectl auth can-i --list --namespace NAMESPACE',
      'spark-dev namespace prepare NAMESPACE --context CONTEXT   # by somebody with the role admin there',
    ],
  },
  ...missingThings,
  DOCTOR_FAILED: {
    meaning: 'A check of spark-dev doctor failed.',
    causes: ['See the check itself; each has its fix'],
    actions: [look],
  },
  SERVICE_DOWN: {
    meaning: 'A service is not up: the submit service, from which jobs start, or one whose page was to be opened.',
    causes: ['It was never brought up in this namespace', 'clean, submit down or services down removed it'],
    actions: ['spark-dev services status', 'spark-dev services up NAME', 'spark-dev run APP needs none'],
  },
  CLUSTER_ABSENT: {
    meaning: 'The cluster was asked for, and there is none yet.',
    causes: ['init was never run, or not to its end', 'down --delete removed it'],
    actions: ['spark-dev init --yes', 'spark-dev run sparkpi --target local'],
  },
  CLUSTER_UNREACHABLE: {
    meaning: 'There is a cluster, but its API does not answer.',
    causes: ['It is stopped, for example after a reboot', 'Docker is not running', 'It ran out of memory'],
    actions: ['spark-dev status', 'spark-dev init --yes'],
  },
  RESOURCES_SHORT: {
    meaning: 'What was asked for does not fit into the cluster or the machine.',
    causes: ['Another run holds the CPUs', 'The cluster is small', '--cpus or --memory are larger than the machine'],
    actions: [
      'spark-dev cluster status',
      'spark-dev run NAME --fit shrink, or --fit resize',
      'Leave out --cpus and --memory: they are fitted',
      'spark-dev run sparkpi --target local',
    ],
  },
  DISK_FULL: {
    meaning: 'The disk is full.',
    causes: ['Images and build caches are several gigabytes', 'stdout or stderr goes to a file on a full disk'],
    actions: ['df -h', 'docker system df', 'spark-dev help environment names the folders that spark-dev uses'],
  },
  BUILD_FAILED: {
    meaning: 'A build failed: a tool from source, an image, or the application.',
    causes: ['The source does not compile', 'A module could not be fetched', 'Too little memory or disk'],
    actions: [log, 'Run it again: finished parts are kept'],
  },
  IMAGE_MISSING: {
    meaning: 'The cluster does not have the image that a pod needs, and it pulls none.',
    causes: ['The image was built on another Docker daemon than the cluster’s', 'It was removed'],
    actions: ['spark-dev init --yes', look],
  },
  BASE_UNFIT: {
    meaning: 'The image that was named with --base is none that the Spark image of this version can be built over.',
    causes: [
      'It has another Spark, or none at /opt/spark',
      'It has no python3, or a Java or Python that this Spark does not run with',
      'It is made for another processor',
    ],
    actions: ['Name the digest of another variant', 'Build ours: spark-dev images build'],
  },
  IMAGE_TAG_TAKEN: {
    meaning: 'The cluster has another image under this name, and it is not replaced.',
    causes: ['The image was built again under the same tag'],
    actions: ['spark-dev images load IMAGE --content-tag', 'Give it a tag of its own: docker tag IMAGE NAME:NEW_TAG'],
  },
  BUNDLE_REFUSED: {
    meaning: 'The file is not a bundle that this spark-dev can use on this machine.',
    causes: [
      'Another version of spark-dev made it',
      'It is for another kind of processor',
      'It is another kind of file',
    ],
    actions: ['spark-dev images save FILE   # with the same spark-dev, on a machine of the same kind'],
  },
  TIMED_OUT: {
    meaning: 'Something gave no result in its time.',
    causes: ['The machine is overloaded', 'A network that swallows packets'],
    actions: [look, 'Run it again'],
  },
  NAMESPACE_STUCK: {
    meaning: 'A namespace is being deleted and does not come to an end: something in it waits for a finalizer.',
    causes: [
      'The program that is to tidy up for the finalizer is gone',
      'A volume is still mounted by a pod that does not end',
      'An API service that the deletion must ask does not answer',
    ],
    actions: [
      'Bring that program back, or remove what still uses the object; the namespace then goes by itself',
      'Meanwhile: spark-dev namespace create OTHER && spark-dev namespace use OTHER',
      'spark-dev removes no finalizer: whatever it guards (a disk, a bucket) would be left behind for good',
    ],
  },
  LOCKED: {
    meaning: 'Another spark-dev is changing the cluster.',
    causes: ['init or down runs in another terminal'],
    actions: ['Wait for it, or stop it with Ctrl-C', 'spark-dev status'],
  },
  CONTEXT_REFUSED: {
    meaning: 'The kubeconfig context that was named is not the local cluster of spark-dev. Nothing was touched.',
    causes: [
      '--context or SPARK_DEV_CONTEXT names a cluster that is not known to be on this machine',
      'The command works on the cluster of spark-dev alone, whatever the context',
    ],
    actions: [
      'Leave out --context',
      'spark-dev cluster list',
      'spark-dev run NAME --context CONTEXT --allow-remote --image-registry REGISTRY',
    ],
  },
  PROVIDER_CANNOT: {
    meaning: 'This cannot be done with the cluster of this provider, because it is not one that spark-dev made.',
    causes: [
      "The cluster is Docker Desktop's, which Docker Desktop alone starts, stops, resizes and resets",
      'It is shared with others (--context), and spark-dev works inside one namespace of it',
    ],
    actions: ['The error says where in Docker Desktop it is done', 'spark-dev init --provider minikube'],
  },
  NAMESPACE_FOREIGN: {
    meaning:
      'The namespace was not made by spark-dev or not by this home, or spark-dev itself lives in it. It was left as it is.',
    causes: [
      'It lacks the label app.kubernetes.io/managed-by=spark-dev',
      "In Docker Desktop's Kubernetes: another home made it, or an older version of spark-dev did",
      'It belongs to Kubernetes',
    ],
    actions: ['spark-dev namespace list', 'Choose another name: spark-dev namespace create NAME'],
  },
  NON_INTERACTIVE: {
    meaning: 'A question would have to be asked, and there is no terminal to ask it on.',
    causes: ['CI, a pipe, or --no-input'],
    actions: ['Run it again with --yes'],
  },
  IN_USE: {
    meaning:
      'Something else uses what the command would change or remove: a running job, containers of yours in the Docker that spark-dev started, or the cluster of another SPARK_DEV_HOME.',
    causes: [
      'A run in another terminal',
      'A container of another project, started in the same Docker',
      'Another SPARK_DEV_HOME, or a user on the same Docker, made the cluster: the error names its folder',
      'An object in the cluster has the name of one of a service, and this home did not make it',
    ],
    actions: [
      'Wait for the run or the container to end, or stop it',
      'Set SPARK_DEV_HOME to the home that made the cluster, and run the command again',
      'spark-dev run APP --target local needs no cluster',
    ],
  },
  PORT_TAKEN: {
    meaning: 'The port that was asked for by flag is taken. Without the flag the next free one is used.',
    causes: ['Another Spark UI', 'Another program; the error names it where it can'],
    actions: ['Leave out --ui-port', 'Choose another one'],
  },
  KUBECONFIG_BROKEN: {
    meaning: 'The user’s kubeconfig cannot be read, so it was left exactly as it is.',
    causes: ['Edited by hand', 'A file of another program'],
    actions: ['kubectl config view', 'Repair the file that the error names, then spark-dev init --yes'],
  },
  JOB_FAILED: {
    meaning: 'Spark was started as it should be, and the application itself failed.',
    causes: ['An exception in the application', 'A driver or executor out of memory', 'A wrong argument after `--`'],
    actions: [
      'Read the driver’s log, named under `details:`',
      'spark-dev run NAME --target local tries the same without a cluster',
    ],
  },
  INTERNAL: {
    meaning: 'spark-dev itself has a bug.',
    causes: ['A case that nobody thought of'],
    actions: ['Run it again with -vv and report what it prints'],
  },
  INTERRUPTED: {
    meaning: 'Stopped by Ctrl-C or a signal; what this run had made was removed again.',
    causes: ['Ctrl-C, SIGTERM, or a terminal that was closed'],
    actions: ['spark-dev status shows what is there', 'Run it again: finished work is kept'],
  },
};
