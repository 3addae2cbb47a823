/** The parts of webtorrent that the bench uses; it ships no types. */
declare module 'webtorrent' {
  import type { EventEmitter } from 'node:events'

  namespace WebTorrent {
    interface Torrent extends EventEmitter {
      readonly torrentFile: Uint8Array
      addPeer(address: string): boolean
    }
  }

  class WebTorrent extends EventEmitter {
    constructor(options: Readonly<Record<string, boolean>>)
    readonly torrentPort: number
    seed(
      path: string,
      options: { readonly announce: readonly string[] },
      seeding: (torrent: WebTorrent.Torrent) => void,
    ): void
    add(
      torrentFile: Uint8Array,
      options: { readonly path: string; readonly announce: readonly string[] },
    ): WebTorrent.Torrent
  }

  export = WebTorrent
}
