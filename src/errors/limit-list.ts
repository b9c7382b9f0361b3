const mostShown = 20;

/** The start of a long list, for people; `facts` keep all of it. */
export function limitList(items: readonly string[]): readonly string[] {
  const left = items.length - mostShown;
  return left <= 0 ? items : [...items.slice(0, mostShown), `and ${String(left)} more`];
}
