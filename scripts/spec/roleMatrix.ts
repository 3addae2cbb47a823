/**
 * The role-by-action matrix of the core as the table of spec §5.4. Run: puts it into the specification, between the markers.
 * The documentation gate compares.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ACTION, MAY, ROLES, type Action, type Role } from '../../packages/core/src/circle/role.ts'

const SPEC = 'docs/spec/05-membership-log.md'
const START = '<!-- the role matrix, from packages/core/src/circle/role.ts by scripts/spec/roleMatrix.ts -->'
const END = '<!-- the end of the role matrix -->'

/** What each action is, after its name. */
const SAYS: Readonly<Record<Action, string>> = {
  invite: ', and admit, someone as',
  revokeOthersInvitation: '',
  remove: ' someone who is',
  takeRole: ' from someone who is',
  giveRole: '',
  rename: ' the circle',
  createRoom: '',
  joinRoom: ': be put in one',
  changeOthersRoom: ', of a room one is in',
  readCircle: ', and direct conversations',
  suspend: ' someone who is',
  restore: ' someone who is',
  transfer: ' ownership to someone who is',
  dissolve: ' the circle',
  setPolicy: '',
  approve: ' what one may do oneself',
  addDevice: ': invite, and admit, a further device of one’s own',
  revokeOwnDevice: '',
  nickname: '',
  leave: '',
}

const BELOW_ADMIN = 'member, guest, keeper'

function cell(role: Role, action: Action): string {
  const right = MAY[role][action]
  if (right === undefined) return ''
  if (right === true) return 'yes'
  if (ROLES.every((other) => right.includes(other))) return 'any role'
  const roles = ROLES.filter((other) => right.includes(other)).join(', ')
  return roles === BELOW_ADMIN ? 'below admin' : roles
}

/** The table, a line a row. */
function roleMatrix(): string {
  const rows = Object.values(ACTION).map((action) => [
    `\`${action}\`${SAYS[action]}`,
    ...ROLES.map((role) => cell(role, action)),
  ])
  const head = ['action', ...ROLES]
  return [head, head.map(() => '---'), ...rows].map(row).join('\n')
}

function row(cells: readonly string[]): string {
  return `${cells.map((text) => (text === '' ? '| ' : `| ${text} `)).join('')}|`
}

function withMatrix(text: string): string | undefined {
  const [from, to] = [text.indexOf(START), text.indexOf(END)]
  if (from < 0 || to < from) return undefined
  return `${text.slice(0, from)}${START}\n\n${roleMatrix()}\n\n${text.slice(to)}`
}

/** Where the specification under `root` differs from the code; nothing where there is no such page. */
export function roleMatrixGaps(root: string): string[] {
  const path = join(root, SPEC)
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  const expected = withMatrix(text)
  if (expected === undefined) return [`${SPEC}: the markers of the role matrix are missing`]
  return expected === text
    ? []
    : [`${SPEC}: the role matrix is not that of the code: run scripts/spec/roleMatrix.ts`]
}

function write(root: string): void {
  const path = join(root, SPEC)
  const text = withMatrix(readFileSync(path, 'utf8'))
  if (text === undefined) throw new Error(`${SPEC}: the markers of the role matrix are missing`)
  writeFileSync(path, text)
}

if (import.meta.main) write(process.cwd())
