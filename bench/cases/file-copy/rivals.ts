/** How each rival is measured: one copy of `source` to below `target`, in milliseconds. */
import { join } from 'node:path'
import { withTwo } from '../../harness/child.ts'
import type { Copy } from './copy.ts'

/** A script whose `listen(folder)` says where it is, and whose `send({ port, source })` gives the milliseconds. */
export function bySending(script: string): (copy: Copy) => Promise<number> {
  return ({ source, target, name }) =>
    withTwo(script, import.meta.url, async (receiver, sender) => {
      const port = await receiver.call('listen', join(target, name))
      return sender.call<number>('send', { port, source })
    })
}

/** The same work as a device's, with nothing of a device. */
export function copyBare({ source, target, work, name }: Copy): Promise<number> {
  return withTwo('./bare.child.ts', import.meta.url, async (receiver, sender) => {
    const port = await receiver.call('listen', { target: join(target, name), sealed: join(work, 'received') })
    return sender.call<number>('send', { port, source, sealed: join(work, 'sealed') })
  })
}

interface Shared {
  readonly tookMs: number
}

/** What has to be read before it can be fetched: both count. */
export function copyByHyperblobs({ source, target, work, name }: Copy): Promise<number> {
  return withTwo('./hyperblobs.child.ts', import.meta.url, async (author, reader) => {
    const shared = await author.call<Shared>('share', { folder: join(work, 'author'), source })
    const tookMs = await reader.call<number>('fetch', {
      ...shared,
      folder: join(work, 'reader'),
      target: join(target, name),
    })
    return shared.tookMs + tookMs
  })
}

export function copyByWebtorrent({ source, target }: Copy): Promise<number> {
  return withTwo('./webtorrent.child.ts', import.meta.url, async (author, reader) => {
    const shared = await author.call<Shared>('seed', source)
    const tookMs = await reader.call<number>('fetch', { ...shared, target })
    return shared.tookMs + tookMs
  })
}
