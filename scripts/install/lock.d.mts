/** @see lock.mjs */
export function withInstallLock(
  root: string,
  say: (sentence: string) => void,
  work: () => void,
  what?: string,
): Promise<void>
