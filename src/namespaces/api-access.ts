import { driverRights, nameResource, type DriverRight } from './driver-rights.js';

/** Something that an account is asked for, and what the answer should be. */
export interface AskedRight extends DriverRight {
  readonly namespace: string;
  readonly expected: boolean;
}

/** What a driver needs, and what it must not have: another's secrets, more rights, other namespaces, the nodes. */
export function listAsked(namespace: string): readonly AskedRight[] {
  const denied = (verb: string, group: string, resource: string, where: string, why: string): AskedRight => ({
    ...{ verb, group, resource, why },
    namespace: where,
    expected: false,
  });
  return [
    ...driverRights.map((right) => ({ ...right, namespace, expected: true })),
    denied('get', '', 'secrets', namespace, 'a job gets its secrets mounted'),
    denied('list', '', 'services', namespace, 'a driver makes its service and does not look around'),
    denied('create', 'rbac.authorization.k8s.io', 'rolebindings', namespace, 'nobody gives itself rights'),
    denied('list', '', 'pods', 'kube-system', 'other namespaces are not its own'),
    denied('list', '', 'nodes', '', 'the machines are not its own'),
  ];
}

export function askedKey(right: Pick<AskedRight, 'verb' | 'group' | 'resource' | 'namespace'>): string {
  return `${right.verb} ${nameResource(right)} ${right.namespace === '' ? '-' : right.namespace}`;
}

export interface ObservedApi {
  readonly token: { readonly account: string; readonly until: string };
  readonly authority: { readonly subject: string; readonly until: string };
  readonly namespace: string;
  readonly address: string;
  readonly version: string;
  /** HTTP status of the same question without the token. */
  readonly anonymous: number;
  readonly curl: boolean;
}

export interface ApiAnswers {
  readonly facts: Partial<ObservedApi>;
  readonly allowed: ReadonlyMap<string, boolean>;
  /** What went wrong, by what was looked at. */
  readonly troubles: readonly string[];
}

/** Looks with the account's own token, as any program in the pod would; one JSON value a line. */
export const apiScript = `
import base64, datetime, json, os, shutil, socket, ssl, urllib.error, urllib.request
token_file, authority = os.environ['TOKEN'], os.environ['CERT']
api = os.environ['APISERVER']
def say(what, value): print(json.dumps([what, value]), flush=True)
def look(what, act):
    try: say(what, act())
    except Exception as trouble: say('trouble', what + ': ' + str(trouble))
def stamp(seconds): return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
def token():
    part = open(token_file).read().split('.')[1]
    claims = json.loads(base64.urlsafe_b64decode(part + '=' * (-len(part) % 4)))
    return {'account': claims['sub'], 'until': stamp(claims['exp'])}
def trusted():
    cert = ssl.create_default_context(cafile=authority).get_ca_certs()[0]
    subject = ', '.join(value for rdn in cert['subject'] for _, value in rdn)
    return {'subject': subject, 'until': stamp(ssl.cert_time_to_seconds(cert['notAfter']))}
def ask(path, body=None, with_token=True):
    headers = {'Content-Type': 'application/json'}
    if with_token: headers['Authorization'] = 'Bearer ' + open(token_file).read()
    request = urllib.request.Request(api + path, None if body is None else json.dumps(body).encode(), headers)
    context = ssl.create_default_context(cafile=authority)
    try:
        with urllib.request.urlopen(request, context=context, timeout=10) as answer: return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused: return refused.code, {}
namespace = open(os.path.join(os.path.dirname(token_file), 'namespace')).read()
look('token', token)
look('authority', trusted)
look('namespace', lambda: namespace)
look('address', lambda: socket.gethostbyname(api.split('//')[1]))
look('version', lambda: ask('/version')[1]['gitVersion'])
look('anonymous', lambda: ask('/api/v1/namespaces/' + namespace + '/pods', with_token=False)[0])
look('curl', lambda: shutil.which('curl') is not None)
for key, review in json.loads(os.environ['REVIEWS']).items():
    look('right', lambda: [key, ask('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review)[1]['status']['allowed']])
`;

export function parseApiAnswers(lines: readonly string[]): ApiAnswers {
  const facts: Record<string, unknown> = {};
  const allowed = new Map<string, boolean>();
  const troubles: string[] = [];
  for (const line of lines.filter((one) => one.trim() !== '')) {
    const read = readLine(line);
    if (read === undefined) troubles.push(line.trim());
    else if (read[0] === 'trouble') troubles.push(String(read[1]));
    else if (read[0] === 'right') {
      const [key, answer] = read[1] as readonly [string, boolean];
      allowed.set(key, answer);
    } else facts[read[0]] = read[1];
  }
  return { facts: facts, allowed, troubles };
}

function readLine(line: string): readonly [string, unknown] | undefined {
  try {
    const read: unknown = JSON.parse(line);
    return Array.isArray(read) && typeof read[0] === 'string' ? [read[0], read[1]] : undefined;
  } catch {
    return undefined;
  }
}
