/** The program that fakeTor.ts makes: it imports as little as it can, for it is started for each channel of a test. */
import { createHmac, createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'

interface Published {
  readonly target: string
  /** Public keys, as tor was given them. */
  readonly visitors: readonly string[]
}

/** As the program. */
function main(network: string): void {
  const torrc = readFileSync(0, 'utf8')
  if (torrc.includes('Nonsense')) process.exit(1)
  const setting = (name: string): string =>
    new RegExp(`^${name} (?:unix:)?"([^"]+)"`, 'm').exec(torrc)?.[1] ?? ''
  writeFileSync(join(network, `torrc-${String(process.pid)}`), torrc)
  const cookie = randomBytes(32)
  writeFileSync(setting('CookieAuthFile'), cookie)
  const keys = new Map<string, string>()
  const fake = { network, cookie, keys, mine: new Set<string>() }
  createServer({ allowHalfOpen: false }, (socket) => {
    serveSocks(fake, socket)
  }).listen(setting('SocksPort'))
  createServer((socket) => {
    serveControl(fake, socket)
  }).listen(setting('ControlSocket'))
  process.on('exit', () => {
    for (const file of fake.mine) rmSync(file, { force: true })
  })
  process.on('SIGTERM', () => process.exit(0))
}

interface Fake {
  readonly network: string
  readonly cookie: Buffer
  /** Of others' services, by name: public keys. */
  readonly keys: Map<string, string>
  /** Files of what it serves. */
  readonly mine: Set<string>
}

function serveControl(fake: Fake, socket: Socket): void {
  let expected = ''
  let known = false
  let owned = false
  const obey = (line: string): void => {
    const [verb = '', ...words] = line.split(' ')
    const say = (text: string): unknown => socket.write(`${text}\r\n`)
    if (verb === 'AUTHCHALLENGE') {
      const serverNonce = randomBytes(32)
      const said = [fake.cookie, Buffer.from(words[1] ?? '', 'hex'), serverNonce]
      expected = mac('Tor safe cookie authentication controller-to-server hash', said)
      const hash = mac('Tor safe cookie authentication server-to-controller hash', said)
      say(`250 AUTHCHALLENGE SERVERHASH=${hash} SERVERNONCE=${serverNonce.toString('hex').toUpperCase()}`)
    } else if (verb === 'AUTHENTICATE') {
      known = words[0]?.toUpperCase() === expected
      say(known ? '250 OK' : '515 Bad authentication')
    } else if (!known) say('514 Authentication required')
    else if (verb === 'TAKEOWNERSHIP') {
      owned = true
      say('250 OK')
    } else if (verb === 'GETINFO') {
      say('250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=50 TAG=x SUMMARY="Half"\r\n250 OK')
      say('650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"')
    } else if (verb === 'ADD_ONION') say(addOnion(fake, words))
    else if (verb === 'DEL_ONION') {
      const file = join(fake.network, words[0] ?? '')
      say(fake.mine.delete(file) ? '250 OK' : '552 Unknown Onion Service id')
      rmSync(file, { force: true })
    } else if (verb === 'ONION_CLIENT_AUTH_ADD') {
      const key = Buffer.from(words[1]?.replace('x25519:', '') ?? '', 'base64')
      const known = fake.keys.has(words[0] ?? '')
      fake.keys.set(words[0] ?? '', publicKey(key))
      say(known ? '251 Client for onion existed and replaced' : '250 OK')
    } else say(['SETEVENTS', 'SIGNAL'].includes(verb) ? '250 OK' : '510 Unrecognized command')
  }
  let rest = ''
  socket.on('data', (chunk) => {
    const lines = (rest + chunk.toString()).split('\r\n')
    rest = lines.pop() ?? ''
    for (const line of lines) obey(line)
  })
  socket.on('error', () => undefined).on('close', () => owned && process.exit(0))
}

function addOnion(fake: Fake, [key = '', ...options]: readonly string[]): string {
  const names = JSON.parse(readFileSync(join(fake.network, 'names'), 'utf8')) as Record<string, string>
  const name = names[key.replace('ED25519-V3:', '')]
  const target = options.find((one) => one.startsWith('Port='))?.replace('Port=4711,unix:', '')
  const visitors = options.flatMap((one) => /^ClientAuthV3=(.*)/.exec(one)?.[1] ?? [])
  if (name === undefined || target === undefined) return '513 Bad arguments'
  const file = join(fake.network, name)
  writeFileSync(file, JSON.stringify({ target, visitors }))
  fake.mine.add(file)
  return `250-ServiceID=${name}\r\n250 OK`
}

function serveSocks(fake: Fake, socket: Socket): void {
  let step = 0
  let heard = Buffer.alloc(0)
  socket.on('error', () => undefined)
  socket.on('data', function hear(chunk: Buffer) {
    heard = Buffer.concat([heard, chunk])
    const user = 1 + (heard[1] ?? 0)
    const wanted = [3, user + 2 + (heard[user + 1] ?? 0), 7 + (heard[4] ?? 0)][step] ?? 0
    // As tor does, it mixes up what comes before it was asked for.
    if (heard.length > wanted) socket.destroy()
    if (heard.length < Math.max(3, wanted)) return
    if (step < 2) {
      socket.write(Buffer.from(step++ === 0 ? [5, 2] : [1, 0]))
      heard = Buffer.alloc(0)
      return
    }
    socket.off('data', hear).pause()
    const code = lookUp(fake, heard.subarray(5, -2).toString().replace('.onion', ''))
    if (typeof code === 'number') socket.end(answer(code))
    else lead(socket, code)
  })
}

function answer(code: number): Buffer {
  return Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0])
}

function lookUp({ network, keys }: Fake, name: string): Published | number {
  const file = join(network, name)
  if (!existsSync(file)) return 0xf0
  const published = JSON.parse(readFileSync(file, 'utf8')) as Published
  const key = keys.get(name)
  if (key === undefined) return 0xf4
  return published.visitors.includes(key) ? published : 0xf5
}

/** Neither end is left half-open: that is what tor does. */
function lead(socket: Socket, { target }: Published): void {
  const there = connect({ path: target, allowHalfOpen: false })
  there.on('connect', () => {
    socket.write(answer(0))
    socket.pipe(there).pipe(socket)
  })
  there.on('error', () => socket.destroy())
  socket.on('close', () => there.destroy())
  there.on('close', () => socket.destroySoon())
}

/** Of a private X25519 key, in base32 as ClientAuthV3 has it. */
function publicKey(key: Uint8Array): string {
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), key])
  const spki = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
  let bits = ''
  for (const byte of spki.export({ format: 'der', type: 'spki' }).subarray(-32))
    bits += byte.toString(2).padStart(8, '0')
  const letters = bits.match(/.{1,5}/g) ?? []
  return letters
    .map((five) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.charAt(parseInt(five.padEnd(5, '0'), 2)))
    .join('')
}

function mac(key: string, parts: readonly Buffer[]): string {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return hmac.digest('hex').toUpperCase()
}

main(process.argv[2] ?? '')
