/** Resolves when `isSo`; a test's own limit of time ends the wait. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(2)
}
