type Env = Readonly<Record<string, string | undefined>>;

const masked = '***';
const secretName = /(token|passw(or)?d|secret|credential|api-?_?key|access-?_?key|private-?_?key)/i;

/** A value as short as this is rather a word that stands in many places than a secret. */
const shortestValue = 6;

/** Text for other eyes: what is, or is called, a secret is replaced wherever it stands. */
export function maskText(text: string, env: Env = {}): string {
  const known = Object.entries(env).flatMap(([name, value]) =>
    secretName.test(name) && value !== undefined && value.length >= shortestValue ? [value] : [],
  );
  const withoutKnown = known.reduce((rest, value) => rest.replaceAll(value, masked), text);
  return withoutKnown
    .replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^/\s'"@]+@/gi, `$1${masked}@`)
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${masked}`)
    .replaceAll(/\b(gh[pousr]_|github_pat_|glpat-|xox[abp]-|AKIA)[\w-]{8,}/g, masked)
    .replaceAll(/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, masked)
    .replaceAll(/([\w.-]+)(=|: ?)("[^"]*"|'[^']*'|[^\s,;&'"]+)/g, (whole, name: string, sign: string) =>
      secretName.test(name) ? `${name}${sign}${masked}` : whole,
    );
}

/** The same for a command, where a secret may also be the word after its flag. */
export function maskArgv(argv: readonly string[], env: Env = {}): readonly string[] {
  return argv.map((word, index) => {
    const flag = argv[index - 1] ?? '';
    if (/^--?[\w-]+$/.test(flag) && secretName.test(flag) && !word.startsWith('-')) return masked;
    const assigned = /^([\w./-]+)=/s.exec(word)?.[1];
    return assigned !== undefined && secretName.test(assigned) ? `${assigned}=${masked}` : maskText(word, env);
  });
}
