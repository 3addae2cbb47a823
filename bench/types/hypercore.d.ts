/** The parts of hypercore and of its transport that the bench uses; neither ships types. */
declare module 'hypercore' {
  interface Options {
    readonly encryption?: { readonly key: Uint8Array }
  }

  class Hypercore {
    constructor(folder: string, options?: Options)
    constructor(folder: string, key: Uint8Array, options?: Options)
    readonly key: Uint8Array
    readonly length: number
    readonly contiguousLength: number
    ready(): Promise<void>
    append(blocks: readonly Uint8Array[]): Promise<unknown>
    get(index: number): Promise<Uint8Array>
    download(range: { readonly start: number; readonly end: number }): { done(): Promise<void> }
    replicate(stream: unknown): unknown
    close(): Promise<void>
  }

  export = Hypercore
}

declare module '@hyperswarm/secret-stream' {
  import type { Socket } from 'node:net'

  class SecretStream {
    constructor(isInitiator: boolean, rawStream: Socket)
    on(event: 'error', listener: (error: Error) => void): this
  }

  export = SecretStream
}
