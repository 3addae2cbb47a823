/** An encrypted, mutually authenticated session on a link (spec §7). */
import type { Duplex } from 'node:stream'
import type { Fault } from '@triode/core'

/** A device as TLS sees it. `pkcs8` is a secret. */
export interface TunnelIdentity {
  /** One of core's SUITE. */
  readonly suite: string
  /** Private key, PKCS #8 DER. */
  readonly pkcs8: Uint8Array
  /** As made by createCertificate, DER. */
  readonly certificate: Uint8Array
}

/** What went over a tunnel's link so far, as TLS sees it. */
export interface Traffic {
  readonly readBytes: number
  readonly writtenBytes: number
}

export interface Tunnel {
  readonly side: 'dialer' | 'acceptor'
  /** Public key (SPKI DER) that the far side proved to hold. */
  readonly peerKey: Uint8Array
  /** The name that was asked for (SNI). */
  readonly knock: string
  /** The key exchange group as negotiated, such as 'X25519MLKEM768'. */
  readonly group: string
  /** The cipher suite as negotiated. */
  readonly cipher: string
  /**
   * Resolves once the far side has accepted this device; an acceptor gives no tunnel before.
   * @throws PeerFault 'peer-refused'; Unavailable 'handshake-timeout', 'aborted': then the tunnel is destroyed
   */
  readonly accepted: Promise<void>
  /**
   * 32 bytes that only the two ends of this very session know (RFC 9266, tls-exporter).
   * @throws Unavailable 'tunnel-closed' when it was not asked for before the end
   */
  exporter(): Uint8Array
  /**
   * Opens a stream to the handler of the far side; only the dialer can. Write at once; nothing is lost.
   * It gets destroyed with a Fault when the far side refuses `path` or the tunnel ends. Its errors never crash the
   * process: listen to 'error' or 'close' as needed.
   * @throws CallerFault 'acceptor-cannot-open', 'path-malformed'; Unavailable 'tunnel-closed'
   */
  open(path: string): Duplex
  /** Sets the one handler of streams that the far side opens; until then they are refused. */
  onStream(handler: (path: string, stream: Duplex) => void): void
  /** Round trip in milliseconds. @throws Unavailable 'tunnel-closed' */
  ping(): Promise<number>
  readonly traffic: Traffic
  /** Pings now: ends the tunnel with 'peer-silent' when neither the pong nor any other byte comes within `withinMs`. */
  probe(withinMs: number): void
  /** Settles once everything of the tunnel and its link is gone: undefined if either side closed it in good order. */
  readonly closed: Promise<Fault | undefined>
  /** Refuses new streams, lets open ones finish for some seconds, then ends. Idempotent. */
  close(): void
  /** Ends now; `closed` gives `fault`. Idempotent. */
  destroy(fault?: Fault): void
}
