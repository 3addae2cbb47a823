/** Three daemons: what a keeper takes to hold one file, and to hand it over. */
import { randomFillSync } from 'node:crypto'
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { CIRCLE, formCircle, startDaemon, until, withDaemons } from '../../harness/daemon.ts'
import { forgetPeak, peakMiB, processorMs } from '../file-copy/triode.ts'

const MB = 1_000_000

/** @param bytes at most what a keeper takes unless told otherwise */
export async function keepFile(folder: string, bytes: number): Promise<Record<string, number>> {
  mkdirSync(folder, { recursive: true })
  const source = randomFile(join(folder, 'source'), bytes)
  const [aliceHome, bobHome, kimHome] = ['alice', 'bob', 'kim'].map((name) => join(folder, name))
  if (aliceHome === undefined || bobHome === undefined || kimHome === undefined) throw new Error('no homes')
  return withDaemons([aliceHome, kimHome], async ([alice, kim]) => {
    if (alice === undefined || kim === undefined) throw new Error('two daemons were asked for')
    const bob = await startDaemon(bobHome)
    try {
      await formCircle(alice, [bob])
      const { link } = await alice.client.invite({ circle: CIRCLE, role: 'keeper' })
      await kim.client.join({ link, name: 'keeper' })
      await until('all to meet', async () => (await kim.client.status()).tunnels === 2)
    } finally {
      await bob.end()
    }
    forgetPeak(kim)
    const before = processorMs(kim)
    const { files } = await alice.client.sendFiles({ where: CIRCLE, paths: [source] })
    const id = files[0]?.id ?? ''
    await until('the keeper to hold it', async () => (await alice.client.file({ id })).held)
    const taken = processorMs(kim)
    await alice.end()
    const again = await startDaemon(bobHome)
    try {
      await until('the message', async () =>
        again.client.file({ id }).then(
          () => true,
          () => false,
        ),
      )
      await again.client.getFile({ id, to: join(folder, 'copy') })
      await until('the copy', async () => (await again.client.file({ id })).savedTo !== undefined)
    } finally {
      await again.end()
    }
    return {
      'file: take, CPU': (taken - before) / (bytes / MB),
      'file: hand over, CPU': (processorMs(kim) - taken) / (bytes / MB),
      'file: resident at most': peakMiB(kim),
    }
  })
}

function randomFile(path: string, bytes: number): string {
  const piece = Buffer.alloc(4 * MB)
  const file = openSync(path, 'wx')
  for (let left = bytes; left > 0; left -= piece.length)
    writeSync(file, randomFillSync(piece), 0, Math.min(left, piece.length))
  closeSync(file)
  return path
}
