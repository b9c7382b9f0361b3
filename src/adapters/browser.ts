/** Opens the person's own browser; rejects where there is none to open. */
export async function openBrowser(url: string): Promise<void> {
  const { default: open } = await import('open');
  await open(url);
}
