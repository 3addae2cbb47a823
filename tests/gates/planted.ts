/** A small repository in a temporary folder, under this one's rules, into which canaries plant violations. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runGate, type Gate, type Verdict } from '../../scripts/gates/gate.ts'

const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const RULES = [
  'tsconfig.json',
  'packages/web/tsconfig.json',
  'eslint.config.js',
  '.prettierrc.json',
  '.prettierignore',
  '.dependency-cruiser.mjs',
]
const PACKAGES = ['api', 'channels', 'cli', 'core', 'crypto', 'device', 'testkit', 'tunnel', 'vault', 'web']

/** Modules that are not this repository's own. */
const REPLACED = new Set(['@triode', 'cborg'])

/** Path within the repository -> text. */
export type Files = Readonly<Record<string, string>>

/** What uses the core, as every package does. */
function usesCore(name: string): string {
  return `import { WORD } from '@triode/core'\n\nexport const ${name} = WORD\n`
}

/** Stands for the codec: rules know it by its path, and a link would show another one. */
const CODEC: Files = {
  'node_modules/cborg/package.json':
    '{ "name": "cborg", "type": "module", "main": "index.js", "types": "index.d.ts" }',
  'node_modules/cborg/index.js': 'export const encode = String\n',
  'node_modules/cborg/index.d.ts': 'export declare function encode(value: string): string\n',
}

/** Sound under every gate. */
const SOUND: Files = {
  'packages/core/src/index.ts': `export * from './word.ts'\n`,
  'packages/core/src/word.ts': `import { encode } from 'cborg'\n\nexport const WORD = 'word'\nexport const ENCODED = encode(WORD)\n`,
  'packages/core/test/word.test.ts': `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WORD } from '@triode/core'

test('a word is a word', () => {
  assert.equal(WORD, 'word')
})
`,
  'packages/crypto/src/index.ts': usesCore('CRYPTO'),
  'packages/vault/src/index.ts': usesCore('VAULT'),
  'packages/tunnel/src/index.ts': usesCore('TUNNEL'),
  'packages/channels/src/index.ts': usesCore('CHANNELS'),
  'packages/device/src/index.ts': `export { TUNNEL } from '@triode/tunnel'\nexport { VAULT } from '@triode/vault'\n`,
  'packages/api/src/index.ts': `export * from './schema/index.ts'\n`,
  'packages/api/src/schema/index.ts': usesCore('SCHEMA'),
  'packages/api/src/local/index.ts': `import { homedir } from 'node:os'\nimport { SCHEMA } from '../schema/index.ts'\n\nexport const LOCAL = homedir() + SCHEMA\n`,
  'packages/api/src/server/index.ts': `export { VAULT } from '@triode/device'\n`,
  'packages/cli/src/index.ts': `export { SCHEMA } from '@triode/api'\nexport { LOCAL } from '@triode/api/local'\n`,
  'packages/web/src/index.ts': `export { SCHEMA } from '@triode/api'\n`,
  'packages/testkit/src/index.ts': `export type { TUNNEL } from '@triode/tunnel'\nexport { CRYPTO } from '@triode/crypto'\n`,
  'README.md': 'See [words](docs/spec/01-words.md) and [threats](docs/threat-model.md).\n',
  'docs/spec/01-words.md': '# 1. Words\n\n## 1.1 A word\n',
  'docs/threat-model.md':
    '# Threats\n\n## Noise\n\n**Cannot**\n\n- change a word: `packages/core/test/word.test.ts` "a word is a word"\n',
}

export class Planted {
  readonly root = mkdtempSync(join(tmpdir(), 'triode-planted-'))

  constructor() {
    for (const file of RULES) cpSync(join(REPOSITORY, file), join(this.root, file))
    for (const name of PACKAGES) {
      const manifest = join('packages', name, 'package.json')
      cpSync(join(REPOSITORY, manifest), join(this.root, manifest))
    }
    this.linkModules()
    this.plant({ ...SOUND, ...CODEC })
  }

  /** Writes `files` over what is there. */
  plant(files: Files): this {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, path)), { recursive: true })
      writeFileSync(join(this.root, path), text)
    }
    return this
  }

  run(gate: Gate, extra: readonly string[] = []): Verdict {
    return runGate(gate, this.root, extra)
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  /** Third-party modules are this repository's; @triode packages are the planted ones. */
  private linkModules(): void {
    const modules = join(this.root, 'node_modules')
    mkdirSync(join(modules, '@triode'), { recursive: true })
    for (const name of readdirSync(join(REPOSITORY, 'node_modules'))) {
      if (!REPLACED.has(name)) symlinkSync(join(REPOSITORY, 'node_modules', name), join(modules, name))
    }
    for (const name of PACKAGES)
      symlinkSync(join(this.root, 'packages', name), join(modules, '@triode', name))
  }
}
