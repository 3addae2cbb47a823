/** The parts of js-libp2p that the bench uses, so that types check where the rivals are not installed. */
declare module 'libp2p' {
  export interface Stream {
    send(data: Uint8Array): boolean
    onDrain(): Promise<void>
    close(): Promise<void>
    addEventListener(
      event: 'message',
      listener: (message: { readonly data: { readonly byteLength: number; subarray(): Uint8Array } }) => void,
      options?: { readonly once: boolean },
    ): void
  }

  export interface Libp2p {
    dial(address: unknown): Promise<unknown>
    dialProtocol(address: unknown, protocol: string): Promise<Stream>
    handle(protocol: string, handler: (stream: Stream) => void): Promise<void>
    getMultiaddrs(): { toString(): string }[]
  }

  export function createLibp2p(options: {
    readonly addresses: { readonly listen: readonly string[] }
    readonly transports: readonly unknown[]
    readonly connectionEncrypters: readonly unknown[]
    readonly streamMuxers: readonly unknown[]
  }): Promise<Libp2p>
}

declare module '@libp2p/tcp' {
  export function tcp(): unknown
}

declare module '@chainsafe/libp2p-noise' {
  export function noise(): unknown
}

declare module '@chainsafe/libp2p-yamux' {
  export function yamux(): unknown
}

declare module '@multiformats/multiaddr' {
  export function multiaddr(address: string): unknown
}
