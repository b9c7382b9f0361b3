/** As disks and registries count: 1 MB is a million bytes. */
export function showBytes(bytes: number): string {
  if (bytes < 1e3) return `${String(Math.round(bytes))} bytes`;
  if (bytes < 1e6) return `${String(Math.ceil(bytes / 1e3))} kB`;
  return bytes < 1e9 ? `${String(Math.round(bytes / 1e6))} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Memory, in powers of two. */
export function showGigabytes(memoryMb: number): string {
  return `${(memoryMb / 1024).toFixed(1)} GB`;
}
