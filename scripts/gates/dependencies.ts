/** The dependency gate: directions of the layers, cycles, orphans. Exit 1, with each violation named, when one is broken. */
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import extractDepcruiseConfig from 'dependency-cruiser/config-utl/extract-depcruise-config'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { filesOf } from './files.ts'

const ROOT = process.cwd()
const CRUISED = ['packages', 'tests', 'scripts', 'bench'].filter((folder) => existsSync(join(ROOT, folder)))

async function cruiseRepository(): Promise<ICruiseResult> {
  const config = await extractDepcruiseConfig(join(ROOT, '.dependency-cruiser.mjs'))
  const options = { ...config.options, ruleSet: { forbidden: config.forbidden ?? [] }, validate: true }
  const tsConfig = extractTSConfig(join(ROOT, 'tsconfig.json'))
  const { output } = await cruise(CRUISED, options, {}, { tsConfig })
  if (typeof output === 'string')
    throw new Error('dependency-cruiser gave a text where a result was asked for')
  return output
}

/** Files that dependency-cruiser never parsed: then it checked nothing there, whatever it says. */
function unseen({ modules }: ICruiseResult): string[] {
  const seen = new Set(modules.map(({ source }) => source))
  return filesOf(ROOT, 'packages/*/src/**/*.{ts,tsx}').filter((file) => !seen.has(file))
}

/** Whether at least one import of `@triode/...` led into the sources of that package. */
function followsWorkspaces({ modules }: ICruiseResult): boolean {
  const imports = modules.flatMap(({ dependencies }) => dependencies)
  const across = imports.filter(({ module }) => module.startsWith('@triode/'))
  return across.length > 0 && across.every(({ resolved }) => /^packages\/[^/]+\/src\//.test(resolved))
}

function problems(result: ICruiseResult): string[] {
  const broken = result.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)
  const blind = unseen(result).map((file) => `not-seen: ${file} was not parsed by dependency-cruiser`)
  const lost = followsWorkspaces(result)
    ? []
    : ['not-followed: imports of @triode packages do not lead to their sources']
  return [...broken, ...blind, ...lost]
}

const result = await cruiseRepository()
const found = problems(result)
for (const problem of found) console.error(problem)
console.log(
  `${result.summary.totalCruised} modules, ${result.summary.totalDependenciesCruised ?? 0} imports, ` +
    `${found.length} violations`,
)
if (found.length > 0) process.exitCode = 1
