/** Reads the published vectors in the folder `shared/vectors` beside the checkout, where there is one. */
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

const FOLDER = new URL('../../../shared/vectors/', import.meta.url)

export interface Group<T> {
  readonly tests: readonly T[]
}

/**
 * One test over `file`, whose shape is what `check` declares to take. Where the file is absent the test is skipped, and
 * says so on stderr.
 */
export function publishedTest(name: string, file: string, check: (data: never) => void): void {
  const data = read(file)
  if (data === undefined) {
    const reason = `NOT CHECKED: ${name}: ${file} is not in shared/vectors beside the checkout`
    process.stderr.write(`${reason}\n`)
    test(name, { skip: reason }, () => undefined)
    return
  }
  test(name, () => {
    check(JSON.parse(data) as never)
  })
}

function read(file: string): string | undefined {
  try {
    return readFileSync(new URL(file, FOLDER), 'utf8')
  } catch {
    return undefined
  }
}

export function hex(text: string): Uint8Array {
  return Uint8Array.fromHex(text)
}
