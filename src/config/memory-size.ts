/** `6g`, `6GiB`, `6144`, `6144mb` → MiB, as Docker and minikube read them; undefined for anything else. */
export function readMemoryMb(text: string): number | undefined {
  const match = /^(\d{1,7}(?:\.\d{1,3})?)\s*(?:(m|g)(?:i?b?)?)?$/i.exec(text.trim());
  const amount = Number(match?.[1]);
  if (match === null || amount <= 0) return undefined;
  return Math.round(match[2]?.toLowerCase() === 'g' ? amount * 1024 : amount);
}
