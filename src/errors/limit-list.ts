const mostShown = 20;

/** A person reads the first of a long list; `facts` keep all. */
export function limitList(items: readonly string[]): readonly string[] {
  const left = items.length - mostShown;
  return left <= 0 ? items : [...items.slice(0, mostShown), `and ${String(left)} more`];
}
