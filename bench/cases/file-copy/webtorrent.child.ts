/** webtorrent over TCP, one seeder named by address: no tracker, no DHT, no local discovery. */
import { once } from 'node:events'
import WebTorrent from 'webtorrent'
import { answerCalls } from '../../harness/child.ts'
import { monotonicMs } from '../../harness/statistics.ts'

const client = new WebTorrent({
  dht: false,
  tracker: false,
  lsd: false,
  utp: false,
  natUpnp: false,
  natPmp: false,
  utPex: false,
})
client.on('error', (error) => {
  throw error
})

answerCalls({
  seed: async (source: string) => {
    const started = monotonicMs()
    const torrent = await new Promise<WebTorrent.Torrent>((resolve) => {
      client.seed(source, { announce: [] }, resolve)
    })
    return {
      torrent: Buffer.from(torrent.torrentFile).toString('base64'),
      port: client.torrentPort,
      tookMs: monotonicMs() - started,
    }
  },
  fetch: async ({ target, torrent: file, port }: { target: string; torrent: string; port: number }) => {
    const started = monotonicMs()
    const torrent = client.add(Buffer.from(file, 'base64'), { path: target, announce: [] })
    await once(torrent, 'ready')
    torrent.addPeer(`127.0.0.1:${String(port)}`)
    await once(torrent, 'done')
    return monotonicMs() - started
  },
})
