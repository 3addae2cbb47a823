/** The files of the repository, without what is installed, generated or cached. */
import { globSync } from 'node:fs'

const NOT_OURS = new Set(['node_modules', '.git', '.cache', 'coverage', 'dist'])

/** Paths relative to `root`, with forward slashes, in a stable order. */
export function filesOf(root: string, pattern: string): string[] {
  const exclude = (path: string): boolean => path.split(/[\\/]/).some((part) => NOT_OURS.has(part))
  const found = globSync(pattern, { cwd: root, exclude })
  return found.map((path) => path.replaceAll('\\', '/')).toSorted()
}
