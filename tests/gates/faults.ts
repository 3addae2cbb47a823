/** Finds where the sources make faults, so that none reaches a person without a sentence and a remedy. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { filesOf } from '../../scripts/gates/files.ts'

const CLASSES = ['CallerFault', 'PeerFault', 'Unavailable', 'IntegrityFault', 'ApiFault']

export interface MadeFault {
  /** Below `packages/`, without `src/`. */
  readonly file: string
  readonly line: number
  readonly className: string
  /** undefined where it is computed. */
  readonly code: string | undefined
  /** It has both where it is made. */
  readonly isWorded: boolean
}

export function faultsOf(root: string): MadeFault[] {
  return filesOf(root, 'packages/*/src/**/*.ts')
    .filter((file) => !file.startsWith('packages/testkit/'))
    .flatMap((file) => {
      const name = file.replace(/^packages\//, '').replace('/src/', '/')
      return faultsIn(name, readFileSync(join(root, file), 'utf8'))
    })
}

export function faultsIn(file: string, source: string): MadeFault[] {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true)
  const found: MadeFault[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node)) {
      const className = node.expression.getText()
      const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1
      if (CLASSES.includes(className)) found.push({ file, line, className, ...partsOf(className, node) })
    }
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

function partsOf(className: string, node: ts.NewExpression): Pick<MadeFault, 'code' | 'isWorded'> {
  const [first, second] = node.arguments ?? []
  if (className === 'ApiFault') return { code: fieldOf(first, 'code'), isWorded: hasWords(first) }
  return { code: literalOf(first), isWorded: hasWords(second) }
}

/** Both by name, or all of something else: whoever passes words on has them from where they were made. */
function hasWords(detail: ts.Expression | undefined): boolean {
  if (detail === undefined) return false
  if (!ts.isObjectLiteralExpression(detail)) return true
  const names = detail.properties.map((one) => (ts.isSpreadAssignment(one) ? '...' : one.name.getText()))
  return names.includes('...') || (names.includes('message') && names.includes('remedy'))
}

function fieldOf(detail: ts.Expression | undefined, name: string): string | undefined {
  if (detail === undefined || !ts.isObjectLiteralExpression(detail)) return undefined
  const field = detail.properties.find((one) => one.name?.getText() === name)
  return field !== undefined && ts.isPropertyAssignment(field) ? literalOf(field.initializer) : undefined
}

function literalOf(node: ts.Expression | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined
}

/** Faults without words of their own for which nothing else has words either. */
export function gapsOf(made: readonly MadeFault[], words: Readonly<Record<string, unknown>>): string[] {
  return made
    .filter(({ isWorded, className }) => !isWorded && className !== 'PeerFault')
    .filter(({ file, code }) => isFace(file) || (code !== undefined && words[code] === undefined))
    .map(
      ({ file, line, code = 'a computed code' }) =>
        `${file}:${String(line)}: ${code} has no message or no remedy`,
    )
}

/** What the faces make reaches a person as it is; what the layers below make passes through the device. */
function isFace(file: string): boolean {
  return file.startsWith('api/') || file.startsWith('cli/')
}
