/** The largest whole number of a range for which it holds, assuming that it also holds for each smaller one; undefined if for none. */
export function findLargest(least: number, most: number, holds: (value: number) => boolean): number | undefined {
  if (most < least || !holds(least)) return undefined;
  let [good, bad] = [least, most + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
