import { accessReview, driverRights, rightKey } from './driver-rights.js';

export const checkContainer = 'check';

/** Where Kubernetes mounts an account's token, authority and namespace. */
const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Asks the API server from inside, as a driver would reach it: by its name, with the mounted token and authority. */
const script = `
import json, os, ssl, urllib.request
account = '/var/run/secrets/kubernetes.io/serviceaccount'
context = ssl.create_default_context(cafile=account + '/ca.crt')
token = open(account + '/token').read()
url = 'https://kubernetes.default.svc/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
for key, review in json.loads(os.environ['REVIEWS']).items():
    headers = {'Authorization': 'Bearer ' + token, 'Content-Type': 'application/json'}
    request = urllib.request.Request(url, json.dumps(review).encode(), headers)
    with urllib.request.urlopen(request, context=context, timeout=10) as answer:
        print(key, json.load(answer)['status']['allowed'], flush=True)
`;
import { ownLabels } from '../kube/labels.js';

export interface CheckPod {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly image: string;
}

/** As a driver's pod is made: restricted, and with its account. */
export function checkPodObject(pod: CheckPod): object {
  const { namespace } = pod;
  const reviews = Object.fromEntries(driverRights.map((right) => [rightKey(right), accessReview(right, namespace)]));
  return askingPodObject(pod, ['python3', '-c', script], { REVIEWS: JSON.stringify(reviews) });
}

/** A pod that runs one command as the account and ends. TOKEN and CERT are paths: no secret stands in its environment. */
export function askingPodObject(
  { name, namespace, serviceAccount, image }: CheckPod,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): object {
  const said = {
    ...env,
    APISERVER: 'https://kubernetes.default.svc',
    TOKEN: `${accountFolder}/token`,
    CERT: `${accountFolder}/ca.crt`,
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: ownLabels },
    spec: {
      restartPolicy: 'Never',
      // should nobody be left to remove it
      activeDeadlineSeconds: 60,
      enableServiceLinks: false,
      serviceAccountName: serviceAccount,
      securityContext: { runAsNonRoot: true, runAsUser: 185, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: checkContainer,
          image,
          imagePullPolicy: 'Never',
          command,
          env: Object.entries(said).map(([key, value]) => ({ name: key, value })),
          resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '128Mi' } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
        },
      ],
    },
  };
}

/** `create pods True`: one line a right; anything else is what went wrong. */
export function parseAnswers(lines: readonly string[]): {
  readonly allowed: ReadonlyMap<string, boolean>;
  readonly trouble: string | undefined;
} {
  const allowed = new Map<string, boolean>();
  let trouble: string | undefined;
  for (const line of lines) {
    const match = /^(\S+ \S+) (true|false)$/i.exec(line.trim());
    if (match?.[1] !== undefined) allowed.set(match[1], match[2]?.toLowerCase() === 'true');
    else if (line.trim() !== '') trouble = line.trim();
  }
  return { allowed, trouble };
}
