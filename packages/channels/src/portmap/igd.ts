/** What is said to and by UPnP's Internet gateways: searches, descriptions, calls (UPnP Device Architecture 1.1, WANIPConnection 1 and 2). */
import { PeerFault } from '@triode/core'
import { GATEWAYS, MAX_SERVICES, MAX_URL_CHARS, SERVICES, type PINHOLES } from './spec.ts'
import { named, readXml, textOf } from './xml.ts'

export const UPNP_ERROR = {
  invalidAction: 401,
  actionFailed: 501,
  notAuthorized: 606,
  noSuchEntry: 714,
  conflict: 718,
  onlyPermanent: 725,
} as const

/** Of WANIPv6FirewallControl. */
export const PINHOLE_ERROR = {
  full: 701,
  firewallDisabled: 702,
  notAllowed: 703,
  noSuchEntry: 704,
} as const

/** A question to one router, or to its group. @param host where it goes, `HOST:PORT` */
export function searchRequest(host: string, target: string): string {
  return `M-SEARCH * HTTP/1.1\r\nHOST: ${host}\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ${target}\r\n\r\n`
}

/**
 * Where the description of the gateway that answered stands.
 * @param router the only host that is believed to be it
 * @throws PeerFault 'malformed'
 */
export function readSearchAnswer(text: string, router: string): URL {
  const [first = '', ...lines] = text.slice(0, 2_048).split(/\r?\n/)
  if (!/^HTTP\/1\.[01] 200\b/.test(first)) throw new PeerFault('malformed')
  const headers = new Map(
    lines.flatMap((line) => {
      const [, name = '', value = ''] = /^([\w.-]{1,32}):(.*)$/.exec(line) ?? []
      return name === '' ? [] : [[name.toLowerCase(), value.trim()] as const]
    }),
  )
  if (!GATEWAYS.some((gateway) => gateway === headers.get('st'))) throw new PeerFault('malformed')
  return routerUrl(headers.get('location') ?? '', undefined, router)
}

/**
 * An address at the router itself, over plain HTTP, without a name or a password. Of IPv6 a router has several, and tells whichever:
 * there it is called at the one that is known, and this only says the port and the path.
 * @throws PeerFault 'malformed'
 */
export function routerUrl(text: string, base: URL | undefined, router: string): URL {
  const url =
    text.length > 0 && text.length <= MAX_URL_CHARS && URL.canParse(text, base)
      ? new URL(text, base)
      : undefined
  const isSound = url?.protocol === 'http:' && url.username === '' && url.password === ''
  if (url === undefined || !isSound || !isHost(url, router) || url.href.length > 2 * MAX_URL_CHARS)
    throw new PeerFault('malformed')
  return url
}

function isHost({ hostname }: URL, router: string): boolean {
  return router.includes(':') ? hostname.startsWith('[') : hostname === router
}

type ServiceType = (typeof SERVICES)[number] | typeof PINHOLES

export interface GatewayService {
  readonly type: ServiceType
  readonly control: URL
}

/**
 * The services of a description of one of `types`, the better first.
 * @param at where the description was
 * @param types the better first; default: those that map ports
 * @throws PeerFault 'malformed' | 'oversize'
 */
export function readDescription(
  text: string,
  at: URL,
  router: string,
  types: readonly ServiceType[] = SERVICES,
): GatewayService[] {
  const services = named(readXml(text), 'service').flatMap((element) => {
    const type = types.find((one) => one === textOf(element, 'serviceType'))
    if (type === undefined) return []
    return [{ type, control: routerUrl(textOf(element, 'controlURL') ?? '', at, router) }]
  })
  const rank = ({ type }: GatewayService): number => types.indexOf(type)
  return services.toSorted((one, other) => rank(one) - rank(other)).slice(0, MAX_SERVICES)
}

/** The body of a call (SOAP 1.1). Values are ours: numbers, addresses and fixed words. */
export function callBody(
  type: string,
  action: string,
  values: Readonly<Record<string, string | number>>,
): string {
  const fields = Object.entries(values).map(([name, value]) => `<${name}>${String(value)}</${name}>`)
  return (
    '<?xml version="1.0"?>\r\n<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" ' +
    's:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>' +
    `<u:${action} xmlns:u="${type}">${fields.join('')}</u:${action}></s:Body></s:Envelope>\r\n`
  )
}

export type CallAnswer = { readonly values: ReadonlyMap<string, string> } | { readonly error: number }

/** @throws PeerFault 'malformed' | 'oversize' */
export function readCallAnswer(text: string, action: string): CallAnswer {
  const document = readXml(text)
  const [answer] = named(document, `${action}Response`)
  if (answer !== undefined)
    return { values: new Map(answer.children.map((child) => [child.name, child.text])) }
  const code = named(document, 'UPnPError').map((element) => textOf(element, 'errorCode') ?? '')[0] ?? ''
  if (!/^\d{3}$/.test(code)) throw new PeerFault('malformed')
  return { error: Number(code) }
}
