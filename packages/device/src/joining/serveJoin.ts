/** The inviter's end of a tunnel whose caller holds an invitation: it may join, once, and nothing else. */
import type { Duplex } from 'node:stream'
import {
  answerJoin,
  Fault,
  JOIN_REQUEST_MAX_BYTES,
  PeerFault,
  type Clock,
  type DeviceId,
  type Inviter,
} from '@triode/core'
import type { Tunnel } from '@triode/tunnel'
import { collect } from './collect.ts'
import { encodeAnswer, encodeRefusal, JOIN_PATH } from './joinStream.ts'
import { JOIN_TIMEOUT_MS } from '../tuning.ts'

/** The circle that is joined. */
export interface JoinHost {
  joinParts(): Inviter & { readonly clock: Clock }
  /** Tells connected devices of a device that was just admitted. */
  announceAdmission(device: DeviceId): void
}

export function serveJoin(circle: JoinHost, tunnel: Tunnel, onFault: (fault: Fault) => void): void {
  const deadline = setTimeout(() => {
    tunnel.destroy(new PeerFault('join-timeout'))
  }, JOIN_TIMEOUT_MS)
  void tunnel.closed.then(() => {
    clearTimeout(deadline)
  })
  let asked = false
  tunnel.onStream((path, stream) => {
    if (path !== JOIN_PATH || asked) {
      stream.destroy()
      return
    }
    asked = true
    void answer(circle, tunnel, stream, onFault)
  })
}

async function answer(
  circle: JoinHost,
  tunnel: Tunnel,
  stream: Duplex,
  onFault: (fault: Fault) => void,
): Promise<void> {
  try {
    const request = await collect(stream, JOIN_REQUEST_MAX_BYTES, JOIN_TIMEOUT_MS)
    const { clock, ...inviter } = circle.joinParts()
    const { response, device, admittedNow } = answerJoin(inviter, {
      request,
      exporter: tunnel.exporter(),
      inviteeKey: tunnel.peerKey,
      now: clock.now(),
    })
    stream.end(encodeAnswer(response))
    if (admittedNow) circle.announceAdmission(device)
  } catch (cause) {
    const fault = cause instanceof Fault ? cause : new PeerFault('join-failed', { cause })
    onFault(fault)
    if (!stream.destroyed) stream.end(encodeRefusal(fault.code))
  }
}
