/** A network that wants people to sign in: the device says what it knows, asks nobody, and goes on by itself once it is let out. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../e2e/circleOfTwo.ts'
import { CaptivePortal } from './captivePortal.ts'
import { HostDevice } from './hostDevice.ts'
import { NatLab, NETWORK, type LabHost } from './natLab.ts'
import { lacksNetworkLab } from './needs.ts'

const PATIENCE_MS = 60_000
const CIRCLE = 'Journey'
const PORT = 4_711
/** What a browser would do: one page of another host, by its address; prints where it is sent to. */
const BROWSER =
  "require('node:http').get('http://11.0.0.250/', (r) => console.log(r.statusCode, r.headers.location)).on('error', (e) => console.log(e.code))"

void describe('a captive network', { skip: lacksNetworkLab(), timeout: 240_000 }, () => {
  let folder: string
  let lab: NatLab
  let hotel: LabHost
  let portal: CaptivePortal
  let alice: HostDevice
  let carol: HostDevice

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'triode-captive-'))
    lab = new NatLab()
    const open = lab.host(NETWORK.open)
    hotel = lab.host(NETWORK.captive)
    portal = new CaptivePortal(hotel)
    const listen = ['--listen', `${open.addresses[0] ?? ''}:${String(PORT)}`]
    carol = new HostDevice(
      { prefix: open.prefix, args: ['--channels', 'tcp', ...listen] },
      join(folder, 'carol'),
      'a phrase of words',
    )
    alice = new HostDevice(
      { prefix: hotel.prefix, args: ['--channels', 'tcp'] },
      join(folder, 'alice'),
      'a phrase of words',
    )
    carol.cli('init', '--name', 'Carol')
    alice.cli('init', '--name', 'Alice')
    await Promise.all([carol.start(), alice.start()])
    carol.cli('circle', 'create', CIRCLE)
    const { link } = carol.cli('invite', CIRCLE) as { link: string }
    alice.cli('join', link)
    await eventually('a tunnel', () => linked() || undefined, PATIENCE_MS)
    await alice.stop()
    await portal.shut()
    await alice.start()
  })

  after(async () => {
    await Promise.all([alice.stop(), carol.stop()])
    await portal.end()
    lab.end()
    rmSync(folder, { recursive: true, force: true })
  })

  function linked(): boolean {
    const { peers } = alice.cli('peers') as { peers: unknown[] }
    return peers.length > 0
  }

  function finding(): { works: boolean; remedy?: string } | undefined {
    const { findings } = alice.cli('doctor') as {
      findings: { works: boolean; what: string; remedy?: string }[]
    }
    return findings.find(({ what }) => what.startsWith('Nobody far away is reached'))
  }

  void it('sends a browser to its own page, and refuses the rest', async () => {
    const [command = '', ...rest] = hotel.prefix
    const { stdout } = spawnSync(command, [...rest, process.execPath, '-e', BROWSER], { encoding: 'utf8' })
    assert.equal(stdout.trim(), `302 http://${portal.address}/sign-in`)
    assert.equal(await portal.asked(), 1)
  })

  void it('is told by the doctor as what it is known to be, with what to do, and nobody was asked', async () => {
    const found = await eventually('a finding', finding, PATIENCE_MS)
    assert.equal(found.works, false)
    assert.match(found.remedy ?? '', /may be away.*sign in/)
    assert.equal(linked(), false)
    assert.equal(await portal.asked(), 1, 'no name and no page, but that of the browser')
    assert.equal(hotel.strays(), 0)
  })

  void it('that lets it out is noticed by itself within seconds', async () => {
    await new Promise((resolve) => setTimeout(resolve, 8_000))
    portal.open()
    const opened = Date.now()
    await eventually('a tunnel', () => linked() || undefined, PATIENCE_MS)
    const { peers } = alice.cli('peers') as { peers: { since: number }[] }
    const tookMs = (peers[0]?.since ?? Infinity) - opened
    assert.ok(tookMs < 12_000, `it took ${String(tookMs)} ms`)
    assert.equal(finding(), undefined)
  })
})
