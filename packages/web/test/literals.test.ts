import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import ts from 'typescript'

const SOURCES = join(import.meta.dirname, '..', 'src')

/** Attributes whose words people see or hear. */
const SPOKEN = new Set([
  'aria-label',
  'aria-description',
  'aria-roledescription',
  'aria-valuetext',
  'title',
  'placeholder',
  'alt',
  'label',
  'hint',
  'text',
  'error',
])

/** What comes to one of its sides, or to both; a comparison comes to neither. */
const JOINING: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.PlusToken,
])

/** Spaces and signs need no translation. */
const LETTERS = /\p{L}/u

suite('words in the page', () => {
  test('come from the catalogs', async () => {
    const found: string[] = []
    for await (const path of glob('**/*.tsx', { cwd: SOURCES }))
      found.push(...literalsIn(path, readFileSync(join(SOURCES, path), 'utf8')))
    assert.deepEqual(found, [])
  })

  test('are seen where they do not', () => {
    const lines = [
      'const a = <p>Hello</p>',
      'const b = <p title="Hello">{t("x")}</p>',
      'const c = <p aria-label={`Hello ${name}`}>{"Hello"}</p>',
      'const d = <p>{isOn ? "Hello" : t("x")}</p>',
      'const f = <p>{kind === "on" && "Hello"}</p>',
      'const e = <p className="hello" lang="en">· {t("x")}{" "}</p>',
    ]
    assert.deepEqual(
      lines.map((line, index) => literalsIn(`${index}.tsx`, line).length),
      [1, 1, 2, 1, 1, 0],
    )
  })
})

function literalsIn(path: string, text: string): readonly string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    for (const words of wordsOf(node)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      found.push(`${path}:${line + 1}: ${words}`)
    }
    node.forEachChild(visit)
  }
  visit(source)
  return found
}

function wordsOf(node: ts.Node): readonly string[] {
  if (ts.isJsxText(node)) return LETTERS.test(node.text) ? [node.text.trim()] : []
  if (ts.isJsxExpression(node) && isShown(node)) return node.expression ? literalsOf(node.expression) : []
  if (ts.isJsxAttribute(node) && node.initializer !== undefined && ts.isStringLiteral(node.initializer))
    return isSpoken(node) && LETTERS.test(node.initializer.text) ? [node.initializer.text] : []
  return []
}

/** A child of an element, or the value of an attribute that people see or hear. */
function isShown({ parent }: ts.JsxExpression): boolean {
  return (
    ts.isJsxElement(parent) || ts.isJsxFragment(parent) || (ts.isJsxAttribute(parent) && isSpoken(parent))
  )
}

function isSpoken({ name }: ts.JsxAttribute): boolean {
  return SPOKEN.has(name.getText())
}

/** What an expression may come to without a call: itself, either branch, what stands between parts of a template. */
function literalsOf(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(node)) return LETTERS.test(node.text) ? [node.text] : []
  if (ts.isTemplateExpression(node)) {
    const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
    return parts.filter((part) => LETTERS.test(part))
  }
  if (ts.isParenthesizedExpression(node)) return literalsOf(node.expression)
  if (ts.isConditionalExpression(node)) return [...literalsOf(node.whenTrue), ...literalsOf(node.whenFalse)]
  if (!ts.isBinaryExpression(node)) return []
  const { kind } = node.operatorToken
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return literalsOf(node.right)
  return JOINING.has(kind) ? [...literalsOf(node.left), ...literalsOf(node.right)] : []
}
