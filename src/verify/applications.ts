/** Where the verify image has the test applications of examples/verify. */
export const applicationFolder = '/opt/spark/verify';

export interface ApplicationFile {
  readonly language: 'jvm' | 'python';
  readonly resource: string;
  readonly mainClass?: string;
}

const jar = `local://${applicationFolder}/verify.jar`;
const python = (file: string): ApplicationFile => ({
  language: 'python',
  resource: `local://${applicationFolder}/${file}`,
});

export const applications = {
  pi: { language: 'jvm', resource: jar, mainClass: 'VerifyPi' },
  'jvm-settings': { language: 'jvm', resource: jar, mainClass: 'JvmSettings' },
  'distributed-file': { language: 'jvm', resource: jar, mainClass: 'DistributedFile' },
  'word-count': { language: 'jvm', resource: jar, mainClass: 'SharedWordCount' },
  'python-pi': python('pi.py'),
  'python-files': python('python_files.py'),
  'python-connect': python('connect.py'),
  decommission: python('decommission.py'),
} as const satisfies Readonly<Record<string, ApplicationFile>>;

export type CaseApplication = keyof typeof applications;

export function findApplicationFile(name: CaseApplication): ApplicationFile {
  return applications[name];
}
