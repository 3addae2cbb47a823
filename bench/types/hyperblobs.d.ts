/** The parts of hyperblobs that the bench uses; it ships no types. */
declare module 'hyperblobs' {
  import type { Readable, Writable } from 'node:stream'
  import type Hypercore from 'hypercore'

  namespace Hyperblobs {
    interface BlobId {
      readonly blockOffset: number
      readonly blockLength: number
      readonly byteOffset: number
      readonly byteLength: number
    }
  }

  class Hyperblobs {
    constructor(core: Hypercore, options?: { readonly blockSize?: number })
    batch(): { put(bytes: Uint8Array): Promise<Hyperblobs.BlobId>; flush(): Promise<void> }
    createReadStream(id: Hyperblobs.BlobId): Readable
    createWriteStream(): Writable & { readonly id: Hyperblobs.BlobId }
  }

  export = Hyperblobs
}
