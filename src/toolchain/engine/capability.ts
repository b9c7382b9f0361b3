/** Bit of CAP_SYS_RESOURCE in the masks of /proc/PID/status: https://man7.org/linux/man-pages/man7/capabilities.7.html */
const sysResourceBit = 24n;

/** Undefined if the text contains no bounding set. */
export function lacksSysResource(procStatus: string): boolean | undefined {
  const mask = /^CapBnd:\s*([0-9a-f]+)$/im.exec(procStatus)?.[1];
  return mask === undefined ? undefined : (BigInt(`0x${mask}`) & (1n << sysResourceBit)) === 0n;
}
