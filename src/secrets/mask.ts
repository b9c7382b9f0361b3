type Env = Readonly<Record<string, string | undefined>>;

export const masked = '***';

/** A value this short is more likely a common word than a secret. */
const shortestValue = 6;

/** The one place that removes secrets from text for people, files and other programs. */
export function maskText(text: string, env: Env = {}): string {
  return maskPairs(maskForms(maskKnown(text, env)));
}

/** The same for a command: masks a word to its end, and the word after a flag. */
export function maskArgv(argv: readonly string[], env: Env = {}): readonly string[] {
  return argv.map((word, index) => {
    const flag = argv[index - 1] ?? '';
    if (/^--?[\w-]+$/.test(flag) && isSecretName(flag) && !word.startsWith('-')) return masked;
    return maskWord(word, env);
  });
}

/** The same for values that become JSON: masks by key, and treats a list of words as a command. */
export function maskValue(value: unknown, env: Env = {}): unknown {
  if (typeof value === 'string') return maskText(value, env);
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return list.every((one) => typeof one === 'string') ? maskArgv(list, env) : list.map((one) => maskValue(one, env));
  }
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, field]: [string, unknown]) => {
    const name = key === 'value' && 'name' in value && typeof value.name === 'string' ? value.name : key;
    const isSecret =
      typeof field === 'string' && ((isSecretName(name) && revealsSomething(field)) || isLogin(key, field));
    return [key, isSecret ? masked : maskValue(field, env)] as const;
  });
  return Object.fromEntries(fields);
}

/** `KEY=VALUE` with the value up to the end of the word, also inside a flag: `--from-literal=KEY=VALUE`. */
function maskWord(word: string, env: Env): string {
  const [, name = '', value] = /^([\w./:-]+)=(.*)$/s.exec(word) ?? [];
  if (value === undefined) return maskText(word, env);
  if (isSecretName(name) && revealsSomething(value)) return `${name}=${masked}`;
  return `${name}=${maskWord(value, env)}`;
}

/** An empty value or a switch reveals nothing. */
function revealsSomething(value: string): boolean {
  return !/^(|true|false|null|undefined)$/.test(value);
}

/** From Docker's config.json, also as DOCKER_AUTH_CONFIG: `auth` is user and password in base64. */
function isLogin(key: string, value: string): boolean {
  return (
    key === 'auth' &&
    /^[\w+/-]+={0,2}$/.test(value) &&
    /^[!-9;-~]+:/.test(Buffer.from(value, 'base64').toString('latin1'))
  );
}

function maskKnown(text: string, env: Env): string {
  return knownSecrets(env).reduce((rest, value) => rest.replaceAll(value, masked), text);
}

const known = new WeakMap<Env, readonly string[]>();

/** Cached, because an environment does not change and each printed line asks. */
function knownSecrets(env: Env): readonly string[] {
  const found =
    known.get(env) ??
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && value.length >= shortestValue && isSecretName(name) && revealsSomething(value)
        ? [value]
        : [],
    );
  known.set(env, found);
  return found;
}

/** Secrets recognized by their form. No pattern may restart inside text that it has read: a line may be long. */
function maskForms(text: string): string {
  return (
    text
      .replaceAll(/-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(-----END \1-----|$)/g, masked)
      .replaceAll(/\b([a-z][a-z0-9+.-]{0,30}):\/\/([^/?#\s'"]{0,4000})@/gi, (whole, scheme: string, user: string) =>
        // abfss://container@account names no user; a token may come right before a web address
        user.includes(':') || /^https?$/i.test(scheme) ? `${scheme}://${masked}@` : whole,
      )
      .replaceAll(/\b(jdbc:oracle:\w{1,30}:)[^/@\s'"]{1,200}\/[^@\s'"]{1,200}@/gi, `$1${masked}@`)
      .replaceAll(/\b(authorization: *(?:bearer|basic|token))\s+[^\s'",]+/gi, `$1 ${masked}`)
      .replaceAll(/\b(bearer|basic)\s+(?=[\w.~+/=-]{0,100}[\d=])[\w.~+/=-]{8,}/gi, `$1 ${masked}`)
      .replaceAll(/([?&](?:sig|signature|x-amz-signature|x-goog-signature)=)[^\s&'"]+/gi, `$1${masked}`)
      .replaceAll(
        /\b(gh[pousr]_|github_pat_|glpat-|xox[abp]-|AKIA|ASIA|AIza|ya29\.|dapi(?=[0-9a-f]{8}))[\w-]{8,}/g,
        masked,
      )
      .replaceAll(/(?<![\w-])(?:hf_|npm_)[A-Za-z0-9]{20,}/g, masked)
      // an application may be called sk-something, and its runs are in lower case
      .replaceAll(/(?<![\w-])sk-(?=[\w-]{0,200}[A-Z])(?=[\w-]{0,200}\d)[\w-]{20,}/g, masked)
      .replaceAll(
        /(["']auth\\*["']\s*:\s*\\*["'])([\w+/-]+={0,2})(?=\\*["'])/g,
        (whole, before: string, value: string) => (isLogin('auth', value) ? `${before}${masked}` : whole),
      )
      .replaceAll(/(?<![\w-])eyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, masked)
      // in ODBC; alone, PWD is the current folder
      .replaceAll(/(;\s*pwd=)[^;\s'"]+/gi, `$1${masked}`)
  );
}

/** `KEY=`, `KEY = `, `KEY: `, `"KEY": ` and `"name":"KEY","value":`, the last two also within a string of JSON. */
const keys =
  /(?<![\w.-])(-{0,2}[A-Za-z][\w.-]*)(\\*["']\s*:\s*|\\*["']\s*,\s*\\*["']value\\*["']\s*:\s*|\s?=\s?|:[ \t]+)/g;
/** Quoted, however its quotes are escaped; otherwise up to the end of a word, list entry or URL part. */
const values = /(\\*)"[\s\S]*?(?<!\\)\1"|'[^']*'|\\*["']\S*|(?:[^\s;&'",}\\]|,(?!\s|$)|\\(?!["']))+/y;
/** A line of YAML, or of Spark's properties, whose value may contain blanks. */
const lines = /^([ \t]*(?:- )?)([A-Za-z][\w.-]*(?=:[ \t])|spark\.[\w.-]+(?==))(=|:[ \t]+)([^\s"'|>{[].*)$/gm;

/** The rest of `"KEY=VALUE"`, up to its quote. */
const quotedPairs: Readonly<Record<string, RegExp>> = { '"': /(?:[^"\\]|\\[\s\S])*/y, "'": /[^']*/y };

function readAt(pattern: RegExp, text: string, index: number): string {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0] ?? '';
}

/** Quotes with the backslashes before them. One pattern for all three would read each backslash repeatedly. */
function splitQuotes(said: string): readonly [open: string, inner: string, close: string] {
  const open = /^\\*["']/.exec(said)?.[0] ?? '';
  let end = said.length;
  if (end > open.length && /["']$/.test(said.slice(-1))) {
    end--;
    while (end > open.length && said[end - 1] === '\\') end--;
  }
  return [open, said.slice(open.length, end), said.slice(end)];
}

function maskPairs(text: string): string {
  const rest = text.replaceAll(lines, (whole, indent: string, key: string, sign: string, said: string) =>
    isSecretName(key) && revealsSomething(said) ? `${indent}${key}${sign}${masked}` : whole,
  );
  let shown = '';
  let done = 0;
  for (const { 0: whole, 1: key = '', 2: sign = '', index } of rest.matchAll(keys)) {
    const start = index + whole.length;
    if (index < done || !isSecretName(key)) continue;
    const within = sign.includes('=') ? quotedPairs[rest[index - 1] ?? ''] : undefined;
    const said = readAt(within ?? values, rest, start);
    const [open, inner, close] = splitQuotes(said);
    if (!revealsSomething(inner)) continue;
    // JSON and YAML stay valid
    shown += `${rest.slice(done, start)}${sign.includes('=') ? masked : `${open}${masked}${close}`}`;
    done = start + said.length;
  }
  return `${shown}${rest.slice(done)}`;
}

/** A name with this ending is not a secret itself: `oauth.token.file` is a path, `secret.length` a number. */
const harmlessEnds = words(`
  alias algorithm arn audience bindings? cache class(es)? count dir(ectory)? enabled? endpoint expir(es|y|ation) factory
  files? filename format handler hosts? id interval issuer length lifetime limit location manager max mechanism min mode names?
  paths? period policy port prefix providers? ratio ref(erence)? regex region renewal(er)? required retries scheme size bits
  source stdin store strategy suffix threshold timeout ttl types? uri url version
`);

/** Each alone marks a name as a secret. */
const secretWords = words(`
  (\\w*)passwords? (\\w*)passwd (\\w*)passphrase (\\w*)secret (\\w*)token credentials? pass pwd sas
  (\\w*)(account|access|api|auth|encryption|private|secret|shared|signing|storage)key
`);

/** Words before `key` that make it a secret; otherwise it is a key of a map, a table or a message. */
const keyOwners = words(`account access api auth encryption private secret shared signing storage keystore`);

/** Names with such a word that are not secrets. */
const exceptions = [
  // the current folder
  /^(OLD)?PWD$/i,
  // a path
  /^GOOGLE_APPLICATION_CREDENTIALS$/i,
  // Kubernetes secrets by name: where they are mounted, and which entry is used
  /^(spark\.)?kubernetes\.(driver|executor)\.(secrets|secretKeyRef)\./,
  /^(spark\.)?kubernetes\.(driver|executor)\.(label|annotation|node\.selector)\./,
];

/** Secrets with no such word in their names. */
const others = [
  /(^|[._-])sasl[._-]jaas[._-]config$/i,
  /(^|[._-])(user\.info|userinfo)$/i,
  /^shared[._-]?access[._-]?signature$/i,
  /^x-(amz|goog)-(signature|credential|security-token)$/i,
];

/** Whether a property, variable, flag or field with this name is a secret, in any spelling. */
export function isSecretName(name: string): boolean {
  const plain = name.replace(/^(-D|--?)/, '');
  if (exceptions.some((exception) => exception.test(plain))) return false;
  if (others.some((other) => other.test(plain))) return true;
  const parts = splitName(withoutOwner(plain));
  const at = parts.findIndex((part, index) => secretWords.test(part) || isKeyOfSecret(parts, index));
  if (at < 0) return false;
  const isIdOfSecret = /(^| )(access key|secret) id$/.test(parts.join(' '));
  return at === parts.length - 1 || isIdOfSecret || !harmlessEnds.test(parts.at(-1) ?? '');
}

/** Buckets, containers and accounts can have any name. */
function withoutOwner(name: string): string {
  return name
    .replace(/(^|\.)(fs\.s3a\.bucket)\.[^.]+\.(?=.)/, '$1$2.')
    .replace(/(^|\.)(fs\.azure\.sas)\.(?!token\.|fixed\.|expiry\.)[^.]+\.[^.]+\.(blob|dfs)\.\S+$/, '$1$2')
    .replace(/\.[\w-]+\.(blob|dfs|file|queue|table)\.core\.[\w.]+$/, '');
}

function isKeyOfSecret(parts: readonly string[], index: number): boolean {
  return parts[index] === 'key' && keyOwners.test(parts[index - 1] ?? '');
}

/** `secretAccessKey`, `SECRET_ACCESS_KEY` and `secret.access-key` are the same words. */
function splitName(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== '')
    .map((part) => part.toLowerCase());
}

function words(list: string): RegExp {
  return new RegExp(`^(${list.trim().split(/\s+/).join('|')})$`);
}
