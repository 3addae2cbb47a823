export { acceptTunnel, type AcceptOptions } from './accept.ts'
export { createCertificate } from './certificate.ts'
export { dialTunnel, type DialOptions } from './dial.ts'
export type { Tunnel, TunnelIdentity } from './tunnel.ts'
