/**
 * Builds the page into packages/web/dist, unless what lies there was built from these very sources. Called before the
 * device starts and before the tests in a browser; `npm run build` does nothing else.
 */
import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { filesOf } from './gates/files.ts'
import { withInstallLock } from './install/lock.mjs'

const REPOSITORY = dirname(dirname(fileURLToPath(import.meta.url)))
const WEB = join(REPOSITORY, 'packages', 'web')
const BUNDLE = join(WEB, 'dist')
/** Says from which sources the bundle was made; written last, so that half a bundle never counts. */
const STAMP = join(BUNDLE, 'sources.sha256')

/** What goes into the bundle: the page, the client it speaks through, and the tools that are locked. */
const SOURCES = [
  'packages/web/{src,public}/**/*.*',
  'packages/web/*.{html,mjs,json}',
  'packages/{api,core}/src/**/*.ts',
  'packages/{api,core}/package.json',
  'package-lock.json',
]

function hashOfSources(): string {
  const hash = createHash('sha256')
  for (const file of SOURCES.flatMap((pattern) => filesOf(REPOSITORY, pattern)))
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(REPOSITORY, file)))
      .update('\0')
  return hash.digest('hex')
}

/** @throws Error when Vite fails; its own words are on stderr by then */
function build(): void {
  const vite = join(REPOSITORY, 'node_modules', 'vite', 'bin', 'vite.js')
  // Beside the old one, which a running device may be about to read.
  const fresh = `${BUNDLE}-${process.pid}`
  const args = [vite, 'build', '--logLevel', 'warn', '--outDir', fresh, '--emptyOutDir']
  const { status } = spawnSync(process.execPath, args, { cwd: WEB, stdio: ['ignore', 2, 2] })
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true })
    throw new Error('the page could not be built')
  }
  rmSync(BUNDLE, { recursive: true, force: true })
  renameSync(fresh, BUNDLE)
}

const wanted = hashOfSources()

function isFresh(): boolean {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted
}

function say(sentence: string): void {
  process.stderr.write(`triode: ${sentence}\n`)
}

if (!isFresh()) {
  await withInstallLock(
    REPOSITORY,
    say,
    () => {
      if (isFresh()) return // another process has just built it
      say('building the page (a few seconds, once)...')
      build()
      writeFileSync(STAMP, wanted)
    },
    'build',
  )
}
