/** Word from the router that it has started anew, and forgot what it mapped (RFC 6887 §14.1.3, RFC 6886 §3.2.1). */
import { createSocket } from 'node:dgram'
import { TELL_GROUP, TELL_PORT } from './spec.ts'

/**
 * Calls `heard` for a packet of the router's, whatever it says: the mapping is asked for anew, which harms nothing. Where the port can't be had nothing
 * is heard, and the next renewal heals it.
 * @returns the end of it
 */
export function hearRestarts(router: string, local: string, heard: () => void): () => void {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  socket.on('error', ignore)
  socket.on('message', (_, from) => {
    if (from.address === router) heard()
  })
  socket.bind(TELL_PORT, TELL_GROUP, () => {
    try {
      socket.addMembership(TELL_GROUP, local)
    } catch {
      // The address went meanwhile: the look at the network finds another.
    }
  })
  socket.unref()
  return () => {
    socket.close()
  }
}

function ignore(): void {
  // See above.
}
