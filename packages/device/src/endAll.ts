/** Ends one after another, whatever those before failed with. @throws what the last that fails throws */
export async function endAll([first, ...others]: readonly (() => unknown)[]): Promise<void> {
  try {
    await first?.()
  } finally {
    if (others.length > 0) await endAll(others)
  }
}
