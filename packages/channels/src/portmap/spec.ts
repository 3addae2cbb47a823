/** Numbers of the protocols by which a router opens a port: PCP (RFC 6887), NAT-PMP (RFC 6886), UPnP's Internet gateway. */

/** UDP port at which a router answers, of PCP and NAT-PMP alike (RFC 6887 §19, RFC 6886 §3.2). */
export const ASK_PORT = 5_351
/** UDP port at which a router tells that it has started anew, to group 224.0.0.1 (RFC 6887 §14.1, RFC 6886 §3.2.1). */
export const TELL_PORT = 5_350
export const TELL_GROUP = '224.0.0.1'
/** UDP port and group of UPnP's discovery (UPnP Device Architecture 1.1 §1.3). */
export const SSDP_PORT = 1_900
export const SSDP_GROUP = '239.255.255.250'
/** The same of IPv6, of one link (Annex A there). */
export const SSDP_GROUP_IPV6 = 'ff02::c'

/** IANA's number of TCP. */
export const TCP = 6

export const PCP_VERSION = 2
export const PCP_NONCE_BYTES = 12
export const NAT_PMP_VERSION = 0

/** Longest answer of PCP (RFC 6887 §7). */
export const MAX_PCP_BYTES = 1_100
/** Characters of a document that a router may send: descriptions of routers take some 10,000. */
export const MAX_DOCUMENT_CHARS = 65_536
/** Elements of one, and how deep they may stand: descriptions have some 150, six deep. */
export const MAX_ELEMENTS = 2_048
export const MAX_DEPTH = 24
/** Characters of an address in such a document. */
export const MAX_URL_CHARS = 512
/** Services of a description that are looked at: a router has one or two lines to its provider. */
export const MAX_SERVICES = 4

/** Services that map ports, the better first. */
export const SERVICES = [
  'urn:schemas-upnp-org:service:WANIPConnection:2',
  'urn:schemas-upnp-org:service:WANIPConnection:1',
  'urn:schemas-upnp-org:service:WANPPPConnection:1',
] as const
/** Opens the firewall of IPv6. */
export const PINHOLES = 'urn:schemas-upnp-org:service:WANIPv6FirewallControl:1'
/** What is searched for; one of version 2 answers to both. */
export const GATEWAYS = [
  'urn:schemas-upnp-org:device:InternetGatewayDevice:1',
  'urn:schemas-upnp-org:device:InternetGatewayDevice:2',
] as const
