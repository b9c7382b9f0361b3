import type { Ui } from '../ports/ui.js';

/** For what is written beside the work (records, caches): where it cannot be, a warning says so, and the work counts. */
export async function bestEffort(
  host: { readonly ui: Pick<Ui, 'warn'> },
  what: string,
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    host.ui.warn(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
