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
