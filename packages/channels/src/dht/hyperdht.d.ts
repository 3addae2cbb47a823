/** What is used of `hyperdht`, which has no types of its own. */
declare module 'hyperdht' {
  import type { Duplex } from 'node:stream'

  class HyperDHT {
    /** `IP@NAME:PORT` each. */
    static readonly BOOTSTRAP: readonly string[]
    static keyPair(): HyperDHT.KeyPair
    static bootstrapper(port: number, host: string, options?: HyperDHT.DhtOptions): HyperDHT
    constructor(options?: HyperDHT.DhtOptions)
    readonly io: { readonly networkInterfaces: { destroy(): void } }
    readonly nodes: { readonly length: number }
    readonly stats: { readonly commands: { readonly ping: { readonly tx: number } } }
    /** Nodes see it at one address, and at several ports. */
    readonly randomized: boolean
    fullyBootstrapped(): Promise<void>
    address(): HyperDHT.NodeAddress | null
    createServer(
      options: { readonly shareLocalAddress: boolean },
      onConnection: (stream: HyperDHT.SecretStream) => void,
    ): HyperDHT.DhtServer
    connect(
      key: Buffer,
      options: { readonly keyPair: HyperDHT.KeyPair; readonly localConnection: boolean },
    ): HyperDHT.SecretStream
    announce(
      topic: Buffer,
      keyPair: HyperDHT.KeyPair,
      relays: readonly HyperDHT.NodeAddress[],
    ): HyperDHT.Query<unknown>
    unannounce(topic: Buffer, keyPair: HyperDHT.KeyPair): Promise<void>
    findNode(target: Buffer): HyperDHT.Query<HyperDHT.RoutingReply>
    lookup(topic: Buffer): HyperDHT.Query<HyperDHT.LookupReply | null>
    ping(node: HyperDHT.NodeAddress): Promise<unknown>
    destroy(options?: { readonly force?: boolean }): Promise<void>
  }

  namespace HyperDHT {
    interface KeyPair {
      readonly publicKey: Buffer
      readonly secretKey: Buffer
    }
    interface NodeAddress {
      readonly host: string
      readonly port: number
    }
    /** A `streamx` duplex that is like one of Node in what is used here. */
    interface SecretStream extends Pick<
      Duplex,
      'on' | 'once' | 'off' | 'write' | 'end' | 'destroy' | 'pause' | 'resume'
    > {
      readonly remotePublicKey: Buffer
      /** Sends nothing each so many milliseconds, which the far side acknowledges. */
      setKeepAlive(ms: number): void
      readonly rawStream: { readonly remoteHost: string; readonly remotePort: number } | null
      readonly destroyed: boolean
    }
    interface DhtServer {
      readonly relayAddresses: readonly NodeAddress[]
      listen(keyPair: KeyPair): Promise<void>
      /** Announces its key anew, within one look after its relays. */
      refresh(): void
      close(): Promise<void>
    }
    interface RoutingReply {
      readonly from: NodeAddress
      readonly closerNodes: readonly NodeAddress[] | null
    }
    interface LookupReply {
      readonly peers: readonly { readonly publicKey: Buffer }[]
    }
    interface Query<Reply> extends AsyncIterable<Reply> {
      readonly successes: number
      readonly errors: number
      readonly closestReplies: readonly { readonly from: NodeAddress }[]
      finished(): Promise<void>
      destroy(): void
    }
    interface DhtOptions {
      readonly bootstrap?: readonly NodeAddress[]
      readonly port?: number
      readonly host?: string
      readonly ephemeral?: boolean
      readonly firewalled?: boolean
      readonly connectionKeepAlive?: false
    }
  }

  export = HyperDHT
}
