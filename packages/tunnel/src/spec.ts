/** Constants of the protocol: changing one makes another protocol (spec §7). */

/** The only application protocol (RFC 7301, RFC 9113 §3.2). */
export const ALPN = 'h2'

/** RFC 9266 §4.2: label and length of the TLS exporter that joining and verification bind to. */
export const EXPORTER_LABEL = 'EXPORTER-Channel-Binding'
export const EXPORTER_BYTES = 32

/** Spec §7.3: a knock is one DNS label: lower-case letters and digits. */
export const KNOCK = /^[a-z0-9]{1,63}$/

/** Spec §7.4: a path is ASCII, starts with a slash and is short. */
export const STREAM_PATH = /^\/[\w.~/?=&-]{0,255}$/

/** Spec §7.4: `:authority` of every request: names mean nothing inside a tunnel (RFC 6761 §6.4). */
export const AUTHORITY = 'device.invalid'
