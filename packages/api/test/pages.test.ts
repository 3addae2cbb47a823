/** The page as browsers get it: from memory, under one policy, the same for everybody. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { get, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { runInNewContext } from 'node:vm'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { MAX_BUNDLE_BYTES, MAX_BUNDLE_FILES } from '../src/server/tuning.ts'
import { raw, served, type Served } from './served.ts'

const INDEX = `<!doctype html><meta property="csp-nonce" content="__CSP_NONCE__"><script type="module" src="/assets/main-1a2b.js"></script>`
const SCRIPT = `console.log("${'hello '.repeat(1_000)}")`

/** As a build leaves it. */
async function bundle(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'triode-pages-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), INDEX)
  await writeFile(join(folder, 'assets/main-1a2b.js'), SCRIPT)
  await writeFile(join(folder, 'assets/main-3c4d.css'), 'body {}')
  await writeFile(join(folder, 'manifest.webmanifest'), '{"name":"Triode"}')
  await writeFile(join(folder, 'sw.js'), 'self.skipWaiting()')
  await writeFile(join(folder, 'icon-192.png'), 'png')
  return folder
}

async function withPages(t: TestContext): Promise<Served & { folder: string }> {
  const folder = await bundle(t)
  return { ...(await served(t, { pages: folder })), folder }
}

/** As it came: nothing is decompressed on the way. */
function ask(of: Served, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    get({ port: of.port, host: '127.0.0.1', path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) })
      })
    }).on('error', reject)
  })
}

/** What a service worker does when it is installed and activated, with one page open. */
async function livesOf(script: string): Promise<string[]> {
  const done: string[] = []
  const handlers: ((event: object) => void)[] = []
  const page = { url: 'http://127.0.0.1:1/#code', navigate: (url: string) => done.push(url) }
  runInNewContext(script, {
    addEventListener: (_name: string, handler: (event: object) => void) => handlers.push(handler),
    skipWaiting: () => done.push('skipWaiting'),
    registration: { unregister: () => done.push('unregister') },
    clients: { matchAll: () => [page] },
  })
  const waited: unknown[] = []
  for (const handler of handlers) handler({ waitUntil: (work: unknown) => waited.push(work) })
  await Promise.all(waited)
  return done
}

suite('the page', () => {
  test('needs no token, and is the same for every place in it', async (t) => {
    const of = await withPages(t)
    for (const path of ['/', '/index.html', '/c/abc', '/c/abc?x=1.js', '/settings/', '/x.y/z', '/apis']) {
      const { status, headers, body } = await ask(of, path)
      assert.deepEqual(
        [status, headers['content-type'], headers['cache-control'], headers['etag']],
        [200, 'text/html; charset=utf-8', 'no-cache', undefined],
        path,
      )
      assert.match(body.toString(), /^<!doctype html>/)
    }
  })

  test('has a fresh nonce in each answer, and the policy names it', async (t) => {
    const of = await withPages(t)
    const nonces = new Set<string>()
    for (let asked = 0; asked < 5; asked++) {
      const { headers, body } = await ask(of, '/')
      const nonce = /content="([\w+/=]{24})"/.exec(body.toString())?.[1] ?? ''
      assert.equal(
        headers['content-security-policy'],
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-" +
          `${nonce}'; img-src 'self' blob:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; ` +
          "manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
          "require-trusted-types-for 'script'; trusted-types triode",
      )
      nonces.add(nonce)
    }
    assert.equal(nonces.size, 5)
  })

  test('is isolated from other pages, and may use the camera and the microphone', async (t) => {
    const of = await withPages(t)
    for (const path of ['/', '/assets/main-1a2b.js', '/sw.js', '/missing.js']) {
      const { headers } = await ask(of, path)
      assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
      assert.equal(headers['cross-origin-resource-policy'], 'same-origin')
      assert.equal(headers['referrer-policy'], 'no-referrer')
      assert.equal(headers['x-content-type-options'], 'nosniff')
      assert.match(
        String(headers['content-security-policy']),
        /^default-src 'none'; .*frame-ancestors 'none'/,
      )
      assert.match(String(headers['permissions-policy']), /^camera=\(self\), microphone=\(self\), /)
      assert.match(String(headers['permissions-policy']), /geolocation=\(\)/)
      assert.ok(!Object.keys(headers).some((name) => name.startsWith('access-control')))
      assert.equal(headers['set-cookie'], undefined)
    }
  })

  test('keeps what has a hash in its name for good, and asks anew for the rest', async (t) => {
    const of = await withPages(t)
    for (const [path, type, kept] of [
      ['/assets/main-1a2b.js', 'text/javascript; charset=utf-8', true],
      ['/assets/main-3c4d.css', 'text/css; charset=utf-8', true],
      ['/sw.js', 'text/javascript; charset=utf-8', false],
      ['/manifest.webmanifest', 'application/manifest+json', false],
      ['/icon-192.png', 'image/png', false],
    ] as const) {
      const { status, headers } = await ask(of, path)
      assert.deepEqual([status, headers['content-type']], [200, type])
      assert.equal(headers['cache-control'], kept ? 'public, max-age=31536000, immutable' : 'no-cache')
      const again = await ask(of, path, { 'if-none-match': String(headers['etag']) })
      assert.deepEqual([again.status, again.body.length], [304, 0])
    }
  })

  test('comes compressed to those who can', async (t) => {
    const of = await withPages(t)
    for (const [accepted, encoding, decode] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
      ['br;q=0, gzip;q=0.5', 'gzip', gunzipSync],
      ['identity', undefined, (bytes: Buffer) => bytes],
    ] as const) {
      for (const _ of ['made', 'known']) {
        const { headers, body } = await ask(of, '/assets/main-1a2b.js', { 'accept-encoding': accepted })
        assert.deepEqual([headers['content-encoding'], headers['vary']], [encoding, 'accept-encoding'])
        assert.equal(headers['content-length'], String(body.length))
        assert.equal(decode(body).toString(), SCRIPT)
      }
    }
    const small = await ask(of, '/sw.js', { 'accept-encoding': 'br' })
    assert.equal(small.headers['content-encoding'], undefined)
  })

  test('HEAD says what GET does, without the bytes', async (t) => {
    const of = await withPages(t)
    for (const path of ['/', '/assets/main-1a2b.js']) {
      const { headers } = await ask(of, path)
      const host = `Host: 127.0.0.1:${of.port}`
      const { head, body, status } = await raw(of.port, `HEAD ${path} HTTP/1.1`, host, 'Connection: close')
      assert.deepEqual([status, body], [200, ''])
      assert.match(head, new RegExp(`content-length: ${String(headers['content-length'])}`))
    }
  })

  test('has nothing else: no path leads out of it', async (t) => {
    const of = await withPages(t)
    await writeFile(`${of.folder}.txt`, 'outside')
    t.after(() => rm(`${of.folder}.txt`))
    const name = of.folder.slice(of.folder.lastIndexOf('/') + 1)
    for (const path of [
      '/missing.js',
      '/assets/missing',
      '/assets/',
      '/assets/../index.html',
      '/assets/%2e%2e/index.html',
      `/../${name}.txt`,
      `/..%2f${name}.txt`,
      '//etc/passwd.txt',
      '/assets//main-1a2b.js',
      '/index.html%00.js',
      '/__proto__.js',
      'http://127.0.0.1/api/status',
      '*',
    ]) {
      const host = `Host: 127.0.0.1:${of.port}`
      const { status, body } = await raw(of.port, `GET ${path} HTTP/1.1`, host, 'Connection: close')
      assert.equal(status, 404, path)
      assert.match(body, /no-such-path/)
    }
  })

  test('is what was there at the start, whatever becomes of the folder', async (t) => {
    const of = await withPages(t)
    await writeFile(join(of.folder, 'index.html'), 'changed')
    await writeFile(join(of.folder, 'new.js'), 'new')
    await rm(join(of.folder, 'sw.js'))
    assert.match((await ask(of, '/')).body.toString(), /^<!doctype html>/)
    assert.equal((await ask(of, '/new.js')).status, 404)
    assert.equal((await ask(of, '/sw.js')).status, 200)
  })

  test('is made of regular files under plain names alone', async (t) => {
    const folder = await bundle(t)
    await symlink('/etc/passwd', join(folder, 'passwd.txt'))
    await symlink('/etc', join(folder, 'linked'))
    execFileSync('mkfifo', [join(folder, 'pipe.js')])
    await mkdir(join(folder, '.vite'))
    await writeFile(join(folder, '.vite/manifest.json'), '{}')
    const of = await served(t, { pages: folder })
    for (const path of ['/passwd.txt', '/linked/hostname.txt', '/pipe.js', '/.vite/manifest.json'])
      assert.equal((await ask(of, path)).status, 404, path)
    assert.equal((await ask(of, '/')).status, 200)
    assert.deepEqual(of.log, [])
  })

  test('that is missing, without an index or too large is said, and how to build it', async (t) => {
    const large = await bundle(t)
    await writeFile(join(large, 'large.bin'), Buffer.alloc(MAX_BUNDLE_BYTES))
    const many = await bundle(t)
    for (let made = 0; made <= MAX_BUNDLE_FILES; made++) await writeFile(join(many, `${made}.txt`), '')
    const headless = await bundle(t)
    await rm(join(headless, 'index.html'))
    for (const pages of [undefined, large, many, headless, join(headless, 'nowhere')]) {
      const of = await served(t, pages === undefined ? {} : { pages })
      const { status, headers, body } = await ask(of, '/')
      assert.deepEqual([status, headers['content-type']], [200, 'text/plain; charset=utf-8'])
      assert.match(body.toString(), /npm run build/)
      assert.equal((await ask(of, '/sw.js')).status, 404)
      assert.equal(of.log.length, pages === undefined ? 0 : 1)
      await of.client.status()
    }
  })

  test('has one service worker; one that somebody else left in the browser gets a version that ends itself', async (t) => {
    const of = await withPages(t)
    const worker = { 'service-worker': 'script' }
    assert.equal((await ask(of, '/sw.js', worker)).body.toString(), 'self.skipWaiting()')
    const unbuilt = await served(t)
    for (const [from, path] of [
      [of, '/evil.js'],
      [of, '/'],
      [of, '/c/abc'],
      [of, '/assets/main-1a2b.js'],
      [unbuilt, '/sw.js'],
      [unbuilt, '/evil'],
    ] as const) {
      const { status, headers, body } = await ask(from, path, worker)
      assert.deepEqual(
        [status, headers['content-type'], headers['cache-control']],
        [200, 'text/javascript; charset=utf-8', 'no-cache'],
      )
      assert.deepEqual(await livesOf(body.toString()), ['skipWaiting', 'unregister', 'http://127.0.0.1:1/'])
    }
  })

  test('is read by browsers alone that were sent here by the person or by itself', async (t) => {
    const of = await withPages(t)
    for (const site of ['none', 'same-origin'])
      assert.equal((await ask(of, '/', { 'sec-fetch-site': site })).status, 200)
    for (const site of ['cross-site', 'same-site'])
      assert.equal((await ask(of, '/', { 'sec-fetch-site': site })).status, 403)
    assert.equal((await ask(of, '/', { host: 'evil.example' })).status, 403)
  })
})
