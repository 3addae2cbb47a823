import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { examine, type NamedNetwork } from '../../src/diagnosis/doctor.ts'
import type {
  ChannelStatus,
  DeviceStatus,
  Finding,
  NetworkView,
  PortStatus,
  StandingView,
} from '../../src/service.ts'

const channel = (
  name: string,
  state: ChannelStatus['state'],
  more: Partial<ChannelStatus> = {},
): ChannelStatus => ({
  name,
  state,
  addresses: [],
  reveals: '',
  costly: false,
  ...more,
})

const status = (...channels: ChannelStatus[]): DeviceStatus => ({
  state: 'unlocked',
  version: '0',
  home: '/home',
  circles: 1,
  tunnels: 0,
  channels,
})

/** A circle of this device and others, each linked over a channel or not at all. */
function network(...links: (string | undefined)[]): NamedNetwork {
  const device = (self: boolean, over: string | undefined) => ({
    device: 'd',
    member: 'm',
    role: 'member',
    self,
    own: self,
    waiting: 0,
    tells: false,
    ...(over !== undefined && { link: { channel: over } }),
  })
  const devices = [device(true, undefined), ...links.map((over) => device(false, over))]
  return {
    name: 'Family',
    view: { circle: 'c', known: 'own-links', group: 'g', devices, links: [] } as unknown as NetworkView,
  }
}

/** What a person reads of them. */
const shown = (findings: readonly Finding[]): Partial<Finding>[] =>
  findings.map(({ works, what, remedy }) => ({ works, what, ...(remedy !== undefined && { remedy }) }))

describe('the doctor', () => {
  it('says of each channel whether it works, why not, and what to do', () => {
    const failed = {
      code: 'no-answer',
      values: { tries: 2 },
      reason: 'No node answers.',
      remedy: 'Use another network.',
    }
    const found = examine(
      status(channel('tcp', 'on'), channel('lan', 'off'), channel('dht', 'failed', failed)),
      [],
    )
    assert.deepEqual(found, [
      { works: true, code: 'channel-works', values: { channel: 'tcp' }, what: 'tcp works.' },
      {
        works: false,
        code: 'channel-off',
        values: { channel: 'lan' },
        what: 'lan is turned off.',
        remedy: '`triode channel on lan` turns it on.',
      },
      {
        works: false,
        code: 'channel-failed',
        values: { channel: 'dht', why: 'no-answer', tries: 2 },
        what: 'dht does not work now. No node answers.',
        remedy: 'Use another network.',
      },
    ])
    assert.equal(examine(status(), [])[0]?.works, false)
  })

  it('says of Tor that is still connecting that it does not work yet', () => {
    const [found] = examine(status(channel('tor', 'on', { reason: 'Tor is connecting.' })), [])
    assert.equal(found?.works, false)
    assert.equal(found.what, 'tor does not work yet. Tor is connecting.')
    assert.match(found.remedy ?? '', /--torrc/)
    const poor = { reason: 'The router is bad.', remedy: 'Nothing.' }
    assert.deepEqual(examine(status(channel('dht', 'on', poor)), [])[0], {
      works: true,
      code: 'channel-short',
      values: { channel: 'dht' },
      what: 'dht works. The router is bad.',
      remedy: 'Nothing.',
    })
  })

  it('says what came of asking the router, but not that there is none of IPv6 where IPv4 is let in', () => {
    const none = { family: 'IPv6', state: 'failed', reason: 'No router.', remedy: 'None.' } as const
    const open = { family: 'IPv4', state: 'open', by: 'PCP', address: '11.0.0.5:4711' } as const
    const tcp = (...ports: PortStatus[]): DeviceStatus =>
      status(channel('tcp', 'on', { tcp: { mapPort: true, reveals: '', ports } }))
    assert.deepEqual(shown(examine(tcp(none, open), [])).slice(1), [
      { works: true, what: 'The router, by IPv4: lets calls in at 11.0.0.5:4711 (PCP).' },
    ])
    const refused = {
      family: 'IPv4',
      state: 'failed',
      code: 'router-refused',
      reason: 'It refuses.',
      remedy: 'Ask it.',
    } as const
    assert.deepEqual(shown(examine(tcp(none, refused), [])).slice(1), [
      { works: false, what: 'The router, by IPv6: No router.', remedy: 'None.' },
      { works: false, what: 'The router, by IPv4: It refuses.', remedy: 'Ask it.' },
    ])
    assert.deepEqual(examine(tcp(refused), [])[1]?.values, {
      channel: 'tcp',
      family: 'IPv4',
      why: 'router-refused',
    })
  })

  it('says that nobody far away answers, and of what that may come, but not where there is no network at all', () => {
    const some = { ...status(channel('tcp', 'on')), unreached: { hosts: 2, refused: 2 } }
    const [found] = examine(some, [])
    assert.equal(found?.works, false)
    assert.match(found.what, /of the 2 public addresses .*all refuse/)
    assert.match(found.remedy ?? '', /may be away.*sign in/)
    assert.match(
      examine({ ...some, unreached: { hosts: 3, refused: 1 } }, [])[0]?.what ?? '',
      /1 refuse, the rest/,
    )
    const nowhere = examine({ ...some, offline: true }, [])
    assert.ok(!nowhere.some(({ what }) => what.startsWith('Nobody far away')))
  })

  it('names how many are reached, and advises the DHT where it is off', () => {
    const off = status(channel('tcp', 'on'), channel('dht', 'off'))
    const [, , none] = examine(off, [network(undefined, undefined)])
    assert.equal(none?.works, false)
    assert.equal(none.what, 'Family: none of 2 other devices is reached.')
    assert.match(none.remedy ?? '', /channel on dht/)
    const [, some] = examine(status(channel('tcp', 'on')), [network('tcp', undefined)])
    assert.deepEqual(shown(some ? [some] : [])[0], {
      works: true,
      what: 'Family: 1 of 2 other devices are reached.',
    })
    const [, alone] = examine(status(channel('tcp', 'on')), [network()])
    assert.equal(alone?.what, 'Family: there is no other device yet.')
  })

  it('tells which are reached through another device, and what would be better', () => {
    const on = status(channel('dht', 'on'))
    const found = examine(on, [network('tcp', 'forward')]).slice(1)
    assert.deepEqual(
      found.map(({ what }) => what),
      [
        'Family: 2 of 2 other devices are reached.',
        'Family: 1 of these through another device, which is slower.',
      ],
    )
    assert.match(found[1]?.remedy ?? '', /--listen/)
    assert.doesNotMatch(found[1]?.remedy ?? '', /away/, 'they are there')
  })

  it('says how many keepers are reached and which are full, to whoever is none', () => {
    const kept = (own: string, fullKeepers: number, ...links: (string | undefined)[]): NamedNetwork => {
      const { name, view } = network('tcp', ...links)
      const roles = [own, 'member', ...links.map(() => 'keeper')]
      const devices = view.devices.map((device, at) => ({ ...device, role: roles[at] ?? '' }))
      return { name, view: { ...view, devices }, fullKeepers }
    }
    const found = (one: NamedNetwork): Finding[] => examine(status(channel('tcp', 'on')), [one]).slice(2)
    assert.deepEqual(found(kept('member', 0)), [])
    assert.deepEqual(found(kept('keeper', 0, undefined)), [])
    const [some] = found(kept('member', 0, 'tcp', undefined))
    assert.deepEqual(some, {
      works: true,
      code: 'circle-keepers',
      values: { circle: 'c', name: 'Family', keepers: 2, reached: 1 },
      what: 'Family: keepers that are reached: 1 of 2.',
    })
    const [away] = found(kept('member', 0, undefined))
    assert.equal(away?.works, false)
    assert.match(away.what, /^Family: none of its keepers \(1\) is reached: what is written waits here/)
    assert.match(away.remedy ?? '', /\/health.*circle keepers/)
    const [, full] = found(kept('member', 1, 'tcp'))
    assert.equal(full?.works, false)
    assert.match(full.what, /no room for more of yours: 1 of these/)
    assert.match(full.remedy ?? '', /--member-mib/)
  })

  it('says in how many conversations messages are missing here, and who has them', () => {
    const found = examine(status(channel('tcp', 'on')), [{ ...network('tcp'), incomplete: 2 }]).at(-1)
    assert.equal(found?.works, false)
    assert.deepEqual(found.values, { circle: 'c', name: 'Family', count: 2 })
    assert.match(found.what, /^Family: messages are missing here in 2 of its conversations/)
    assert.match(found.remedy ?? '', /by themselves from a device of whoever wrote them/)
  })

  it('says by how many invitations nobody finds this device from far away, since there are too many', () => {
    const found = examine(status(channel('dht', 'on')), [{ ...network('tcp'), leftOut: 3 }]).at(-1)
    assert.equal(found?.works, false)
    assert.deepEqual(found.values, { circle: 'c', name: 'Family', count: 3 })
    assert.match(found.what, /^Family: too many invitations are open: by 3 of them/)
    assert.match(found.remedy ?? '', /invite revoke/)
  })

  it('says of a circle that one is out of that, and not that the others may be away', () => {
    const out = { state: 'removed', by: 'm', at: 0, erased: false } as unknown as StandingView
    const found = examine(status(channel('tcp', 'on')), [{ ...network(undefined), standing: out }])
    assert.deepEqual(
      found.slice(1).map(({ works, what }) => [works, what]),
      [[false, 'Family: nobody is reached there: this member was removed.']],
    )
  })

  it('says that there is no network, before anything else of channels', () => {
    const [first] = examine({ ...status(channel('tcp', 'on')), offline: true }, [network(undefined)])
    assert.equal(first?.works, false)
    assert.match(first.what, /in no network now/)
  })

  it('puts what a person has to act on first', () => {
    const warnings = [{ code: 'clock-differs', message: 'The clock is wrong.', remedy: 'Set it.' }]
    const [first] = examine({ ...status(channel('tcp', 'on')), warnings }, [])
    assert.deepEqual(first, {
      works: false,
      code: 'clock-differs',
      values: {},
      what: 'The clock is wrong.',
      remedy: 'Set it.',
    })
  })
})
