/** Below zero if left is older. A pre-release counts as its release; a leading v and build metadata are ignored. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parts(left), parts(right)];
  for (let index = 0; index < 3; index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function minorOf(version: string): number {
  return parts(version)[1] ?? 0;
}

export function majorOf(version: string): number {
  return parts(version)[0] ?? 0;
}

function parts(version: string): number[] {
  const numbers = /^v?(\d+(?:\.\d+)*)/.exec(version.trim())?.[1] ?? '0';
  return numbers.split('.').map(Number);
}
