/** As disks and registries count: 1 MB is a million bytes. */
export function showBytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${String(Math.round(bytes / 1e6))} MB` : `${String(Math.ceil(bytes / 1e3))} kB`;
}
