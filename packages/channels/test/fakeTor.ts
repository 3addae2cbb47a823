/**
 * A program that keeps to the protocols of tor (control, SOCKS 5) and to its habit of ending both directions of a stream at
 * once, without relays: what one of them serves, those of the same folder reach.
 */
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expandedKey, onionName } from '../src/tor/onion.ts'

/** A folder that is the network, and the program. @param seeds of all services that there will be */
export function fakeTor(seeds: readonly Uint8Array[]): { program: string; network: string } {
  const network = mkdtempSync(join(tmpdir(), 'fake-tor-'))
  const names = seeds.map((seed) => [Buffer.from(expandedKey(seed)).toString('base64'), onionName(seed)])
  writeFileSync(join(network, 'names'), JSON.stringify(Object.fromEntries(names)))
  const program = join(network, 'tor')
  const node = `"${process.execPath}" --disable-warning=ExperimentalWarning`
  writeFileSync(
    program,
    `#!/bin/sh\nexec ${node} "${fileURLToPath(new URL('fakeTorProgram.ts', import.meta.url))}" "${network}"\n`,
    {
      mode: 0o755,
    },
  )
  return { program, network }
}
