/** Whether node_modules holds what package-lock.json says. Runs before anything is installed, on any Node >= 20. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean }} Locked
 */

/** @returns {Record<string, Locked>} */
function packagesIn(/** @type {string} */ file) {
  const lock = /** @type {{ packages?: Record<string, Locked> }} */ (JSON.parse(readFileSync(file, 'utf8')))
  return lock.packages ?? {}
}

function same(/** @type {Locked} */ locked, /** @type {Locked | undefined} */ installed) {
  if (installed === undefined) return locked.optional === true // for another platform
  return locked.version === installed.version && locked.integrity === installed.integrity
}

/**
 * npm writes node_modules/.package-lock.json last, so an install that was interrupted does not count.
 * The contents are compared, not the times: git sets those as it likes.
 *
 * @param {string} root folder of the checkout
 */
export function installedAsLocked(root) {
  const hidden = join(root, 'node_modules', '.package-lock.json')
  const node = join(root, 'node_modules', '.bin', 'node')
  if (!existsSync(hidden) || !existsSync(node)) return false
  try {
    const wanted = packagesIn(join(root, 'package-lock.json'))
    const installed = packagesIn(hidden)
    const names = Object.keys(wanted).filter((name) => name.includes('node_modules/'))
    return names.every((name) => same(wanted[name] ?? {}, installed[name]))
  } catch {
    return false // half-written or damaged: npm ci puts it right or says why not
  }
}
