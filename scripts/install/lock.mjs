/** One install at a time: two terminals may start at once. Runs before anything is installed, on any Node >= 20. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const POLL_MS = 500 // an install takes half a minute; nobody notices half a second more

function alive(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Linking puts the lock in place whole, its owner inside, or fails: a half-written one would look abandoned.
 *
 * @returns {number | undefined} the process that holds `file`, or undefined when this one took it
 */
function take(/** @type {string} */ file) {
  const own = `${file}.${String(process.pid)}`
  writeFileSync(own, String(process.pid))
  try {
    linkSync(own, file)
    return undefined
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    return ownerOf(file)
  } finally {
    rmSync(own, { force: true })
  }
}

/** The process named in `file`; 0 when it was released in this moment. */
function ownerOf(/** @type {string} */ file) {
  try {
    return Number(readFileSync(file, 'utf8'))
  } catch {
    return 0
  }
}

/** Moves away a lock whose owner died. Of several waiters one gets it; a lock taken meanwhile is put back. */
function breakLock(/** @type {string} */ file) {
  const aside = `${file}.broken.${String(process.pid)}`
  try {
    renameSync(file, aside)
    if (alive(ownerOf(aside))) renameSync(aside, file)
    else rmSync(aside)
  } catch {
    // another waiter was first
  }
}

/**
 * Runs `work` while no other process installs into `root`; waits, and says so, when one does.
 *
 * @param {string} root
 * @param {(sentence: string) => void} say
 * @param {() => void} work
 * @param {string} what is done meanwhile by one process at a time
 */
export async function withInstallLock(root, say, work, what = 'install') {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const file = join(root, '.cache', `${what}.lock`)
  let told = false
  for (let owner = take(file); owner !== undefined; owner = take(file)) {
    if (owner > 0 && !alive(owner)) breakLock(file)
    else if (!told) {
      say(`another ${what} is running${owner > 0 ? ` (process ${String(owner)})` : ''}; waiting for it...`)
      told = true
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  try {
    work()
  } finally {
    rmSync(file, { force: true })
  }
}
