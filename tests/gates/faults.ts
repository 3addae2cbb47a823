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
  /** What it gives for its words to be said in another language: each of its names, and every `of` that it may have; undefined where computed. */
  readonly details: readonly DetailNames[] | undefined
}

export interface DetailNames {
  readonly of: string
  readonly names: readonly string[]
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

function partsOf(
  className: string,
  node: ts.NewExpression,
): Pick<MadeFault, 'code' | 'isWorded' | 'details'> {
  const [first, second] = node.arguments ?? []
  if (className === 'ApiFault')
    return { code: fieldOf(first, 'code'), isWorded: hasWords(first), details: detailsOf(first) }
  return { code: literalOf(first), isWorded: hasWords(second), details: detailsOf(second) }
}

/** Both by name, or all of something else: whoever passes words on has them from where they were made. */
function hasWords(detail: ts.Expression | undefined): boolean {
  if (detail === undefined) return false
  if (!ts.isObjectLiteralExpression(detail)) return true
  const names = detail.properties.map((one) => (ts.isSpreadAssignment(one) ? '...' : one.name.getText()))
  return names.includes('...') || (names.includes('message') && names.includes('remedy'))
}

/** None is told of as one without names. */
export function detailsOf(detail: ts.Expression | undefined): readonly DetailNames[] | undefined {
  if (detail === undefined) return [{ of: 'other', names: [] }]
  if (!ts.isObjectLiteralExpression(detail) || detail.properties.some(ts.isSpreadAssignment)) return undefined
  const field = detail.properties.find((one) => one.name?.getText() === 'details')
  if (field === undefined) return [{ of: 'other', names: [] }]
  if (!ts.isPropertyAssignment(field) || !ts.isObjectLiteralExpression(field.initializer)) return undefined
  const { properties } = field.initializer
  const names = properties.map((one) => one.name?.getText() ?? '')
  const of = properties.find((one) => one.name?.getText() === 'of')
  const values = of === undefined ? ['other'] : wordsIn(of)
  return values.map((value) => ({ of: value, names }))
}

/** Those that an expression may come to; another word where it is computed. */
function wordsIn(node: ts.Node): readonly string[] {
  const found: string[] = []
  const visit = (one: ts.Node): void => {
    if (ts.isConditionalExpression(one)) for (const side of [one.whenTrue, one.whenFalse]) visit(side)
    else if (ts.isStringLiteralLike(one)) found.push(one.text)
    else if (ts.isPropertyAssignment(one)) visit(one.initializer)
    else found.push('other')
  }
  visit(node)
  return found
}

/** Objects with a code, a sentence and a remedy, which are told of without being thrown. */
export function toldOf(root: string): Pick<MadeFault, 'file' | 'line' | 'code' | 'details'>[] {
  return filesOf(root, 'packages/device/src/**/*.ts').flatMap((file) => {
    const tree = ts.createSourceFile(
      file,
      readFileSync(join(root, file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    )
    const found: Pick<MadeFault, 'file' | 'line' | 'code' | 'details'>[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isObjectLiteralExpression(node)) {
        const names = node.properties.map((one) => one.name?.getText())
        const isWarning = names.includes('code') && names.includes('message') && names.includes('remedy')
        const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1
        if (isWarning && !isPassedOn(node))
          found.push({ file, line, code: fieldOf(node, 'code'), details: detailsOf(node) })
      }
      ts.forEachChild(node, visit)
    }
    visit(tree)
    return found
  })
}

/** What a fault or a status said before. */
function isPassedOn(node: ts.ObjectLiteralExpression): boolean {
  return node.properties.some((one) => ts.isShorthandPropertyAssignment(one) && one.name.text === 'code')
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
