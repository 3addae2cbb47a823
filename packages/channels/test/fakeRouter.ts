/** A router of this process at 127.0.0.2: it speaks what it is told to, and lies where a test wants it to. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { NatPmpMethod } from '../src/portmap/natPmpMethod.ts'
import { PcpMethod } from '../src/portmap/pcpMethod.ts'
import type { RouterAccess } from '../src/portmap/portMapper.ts'
import { UpnpMethod } from '../src/portmap/upnpMethod.ts'

export const ROUTER = '127.0.0.2'
export const LOCAL = '127.0.0.1'
/** Looks public, and is nobody's here: no packet goes there. */
export const OUTSIDE = '11.0.0.5'

export interface Talk {
  /** Answers of UDP port 5351, by what came; [] is silence, an array several. */
  readonly datagram?: (request: Buffer, from: RemoteInfo) => readonly Buffer[]
  /** Where the description is said to be, of the address of its own server; undefined is silence. */
  readonly location?: (own: string) => string | undefined
  /** The document at a path, by the body that came; undefined is 404. */
  readonly document?: (path: string, body: string) => Reply | undefined
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

export class FakeRouter {
  /** What it was asked, one a line: 'pcp', 'nat-pmp 2', 'search', 'GET /x', 'AddPortMapping'. */
  readonly asked: string[] = []
  talk: Talk
  private readonly host: string
  private readonly udp: Socket
  private readonly ssdp: Socket
  private readonly http: Server

  private constructor(talk: Talk, host: string) {
    this.talk = talk
    this.host = host
    const family = host.includes(':') ? 'udp6' : 'udp4'
    this.udp = createSocket(family)
    this.ssdp = createSocket(family)
    this.http = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        const path = request.url ?? ''
        this.asked.push(body === '' ? `GET ${path}` : (/<u:(\w+)/.exec(body)?.[1] ?? 'POST'))
        const {
          status = 200,
          headers,
          body: text,
        } = this.talk.document?.(path, body) ?? { status: 404, body: '' }
        response.writeHead(status, headers).end(text)
      })
    })
    this.udp.on('message', (request, from) => {
      this.asked.push(request[0] === 2 ? 'pcp' : `nat-pmp ${String(request[1])}`)
      for (const answer of this.talk.datagram?.(request, from) ?? [])
        this.udp.send(answer, from.port, from.address)
    })
    this.ssdp.on('message', (request, from) => {
      this.asked.push('search')
      const location = this.talk.location?.(this.url)
      const target = /^ST: (.*)$/m.exec(request.toString())?.[1]?.trim() ?? ''
      const answer = `HTTP/1.1 200 OK\r\nST: ${target}\r\nLOCATION: ${location ?? ''}\r\n\r\n`
      if (location !== undefined) this.ssdp.send(answer, from.port, from.address)
    })
  }

  static async start(talk: Talk, host = ROUTER): Promise<FakeRouter> {
    const router = new FakeRouter(talk, host)
    for (const socket of [router.udp, router.ssdp]) {
      socket.bind(0, host)
      await once(socket, 'listening')
    }
    await once(router.http.listen(0, host), 'listening')
    return router
  }

  get url(): string {
    const host = this.host.includes(':') ? `[${this.host}]` : this.host
    return `http://${host}:${String((this.http.address() as AddressInfo).port)}`
  }

  /** UDP port at which it is searched. */
  get searchPort(): number {
    return this.ssdp.address().port
  }

  /** @param names of the protocols to ask by */
  access(...names: readonly ('PCP' | 'NAT-PMP' | 'UPnP')[]): RouterAccess {
    const port = this.udp.address().port
    return {
      gateway: (family) => Promise.resolve({ family, host: ROUTER }),
      local: () => Promise.resolve(LOCAL),
      methods: (secret) =>
        [new PcpMethod(secret, port), new NatPmpMethod(port), new UpnpMethod(this.searchPort)].filter(
          ({ name }) => names.includes(name),
        ),
    }
  }

  async end(): Promise<void> {
    for (const socket of [this.udp, this.ssdp]) socket.close()
    this.http.closeAllConnections()
    this.http.close()
    await once(this.http, 'close')
  }
}

/** As a sound router answers a request of PCP. */
export function pcpAnswer(
  request: Buffer,
  { result = 0, external = OUTSIDE, port = 0, lifetimeS = 600 } = {},
): Buffer {
  const answer = Buffer.from(request)
  answer[1] = (answer[1] ?? 0) | 0x80
  answer.writeUInt16BE(result, 2)
  const isEnd = request.readUInt32BE(4) === 0
  answer.writeUInt32BE(isEnd ? 0 : lifetimeS, 4)
  answer.fill(0, 8, 24)
  if (!isEnd) answer.writeUInt16BE(port === 0 ? request.readUInt16BE(40) : port, 42)
  answer.set([...new Uint8Array(10), 0xff, 0xff, ...external.split('.').map(Number)], 44)
  return answer
}

/** As a sound router answers one of NAT-PMP. */
export function natPmpAnswer(
  request: Buffer,
  { result = 0, external = OUTSIDE, lifetimeS = 600 } = {},
): Buffer {
  const opcode = request[1] ?? 0
  const head = Buffer.from([0, 0x80 | opcode, 0, result, 0, 0, 0, 9])
  if (result !== 0) return head
  if (opcode === 0) return Buffer.concat([head, Buffer.from(external.split('.').map(Number))])
  const rest = Buffer.from(request.subarray(4, 12))
  if (rest.readUInt32BE(4) !== 0) rest.writeUInt32BE(lifetimeS, 4)
  return Buffer.concat([head, rest])
}

export function description(
  control: string,
  type = 'urn:schemas-upnp-org:service:WANIPConnection:1',
): string {
  const service = `<service><serviceType>${type}</serviceType><controlURL>${control}</controlURL></service>`
  return (
    '<?xml version="1.0"?><root xmlns="urn:schemas-upnp-org:device-1-0"><device>' +
    '<deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType><deviceList><device>' +
    `<serviceList>${service}</serviceList></device></deviceList></device></root>`
  )
}

export function soap(inside: string): string {
  return `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${inside}</s:Body></s:Envelope>`
}

export function soapError(code: number): Reply {
  const error = `<UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>${String(code)}</errorCode></UPnPError>`
  return {
    status: 500,
    body: soap(`<s:Fault><faultcode>s:Client</faultcode><detail>${error}</detail></s:Fault>`),
  }
}

/** A sound router of UPnP. @param add what becomes of AddPortMapping instead, by the port that is asked for */
export function upnpTalk(
  external = OUTSIDE,
  add: (port: number) => Reply | undefined = () => undefined,
): Talk {
  return {
    location: (own) => `${own}/root.xml`,
    document: (path, body) => {
      if (path === '/root.xml') return { body: description('/control') }
      const action = /<u:(\w+)/.exec(body)?.[1] ?? ''
      const port = Number(/<NewExternalPort>(\d+)/.exec(body)?.[1])
      if (action === 'AddPortMapping') {
        const instead = add(port)
        if (instead !== undefined) return instead
      }
      const address =
        action === 'GetExternalIPAddress' ? `<NewExternalIPAddress>${external}</NewExternalIPAddress>` : ''
      return { body: soap(`<u:${action}Response xmlns:u="x">${address}</u:${action}Response>`) }
    },
  }
}
