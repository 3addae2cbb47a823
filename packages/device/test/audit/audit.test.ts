/** The audit log of real devices: each security event once, no secret in it, and no peer can flood it. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { PeerFault, Unavailable } from '@triode/core'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { createMemoryStore } from '@triode/testkit'
import { createVault } from '@triode/vault'
import { Audit } from '../../src/audit/audit.ts'
import type { AuditEntryView, DeviceService } from '../../src/index.ts'
import { Bench, CHEAP, codeOf, event, eventually, join2, PASSPHRASE, type TestDevice } from '../devices.ts'

const OTHER = 'another passphrase for tests'
const DAY_MS = 86_400_000

/** All records, the oldest first. */
async function records({ device }: Pick<TestDevice, 'device'>): Promise<AuditEntryView[]> {
  const all: AuditEntryView[] = []
  for (let before: number | undefined; ;) {
    const page = await device.audit({ limit: 500, ...(before !== undefined && { before }) })
    all.push(...page.records)
    before = page.records.at(-1)?.seq
    if (!page.more) return all.toReversed()
  }
}

async function eventsOf(one: Pick<TestDevice, 'device'>): Promise<string[]> {
  return (await records(one)).map((record) => record.event)
}

function timesOf(events: readonly string[], wanted: string): number {
  return events.filter((one) => one === wanted).length
}

/** Once more than before: how often each event was entered by `act`. */
async function entered(one: TestDevice, act: () => Promise<unknown>): Promise<string[]> {
  const before = (await records(one)).length
  await act()
  return (await eventsOf(one)).slice(before)
}

async function aloneIn(bench: Bench): Promise<{ alice: TestDevice; circle: string }> {
  const alice = await bench.make('Alice', [])
  const { circle } = await alice.device.createCircle({ name: 'Canary circle' })
  return { alice, circle }
}

describe('what a person does with a device', () => {
  const bench = new Bench()
  after(() => bench.end())

  it('the vault: made, wrong passphrases while locked and unlocked, unlocked, locked, passphrase changed', async () => {
    const alice = await bench.make('Alice', [])
    assert.deepEqual(await eventsOf(alice), ['vault-made'])
    await alice.device.lock()
    for (const guess of ['wrong one', 'wrong two'])
      assert.equal(await codeOf(alice.device.unlock(guess)), 'wrong-passphrase')
    await alice.device.unlock(PASSPHRASE)
    assert.equal(await codeOf(alice.device.changePassphrase('wrong three', OTHER)), 'wrong-passphrase')
    await alice.device.changePassphrase(PASSPHRASE, OTHER)
    assert.deepEqual(await eventsOf(alice), [
      'vault-made',
      'vault-locked',
      'passphrase-refused',
      'vault-unlocked',
      'passphrase-refused',
      'passphrase-changed',
    ])
    const refused = (await records(alice)).filter((record) => record.event === 'passphrase-refused')
    assert.deepEqual(
      refused.map(({ fields, outcome }) => [fields['count'], outcome]),
      [
        [2, 'failed'],
        [1, 'failed'],
      ],
    )
    const [first] = refused
    assert.ok(Number(first?.fields['firstAt']) <= Number(first?.fields['lastAt']))
  })

  it('the tries of a process that died are entered too, once', async () => {
    const alice = await bench.make('Alice', [])
    await alice.device.lock()
    await codeOf(alice.device.unlock('wrong one'))
    await alice.device.close()
    const again = await bench.open(alice.home, [])
    await again.device.unlock(PASSPHRASE)
    await again.device.lock()
    await again.device.unlock(PASSPHRASE)
    const events = await eventsOf(again)
    assert.equal(timesOf(events, 'passphrase-refused'), 1)
    assert.equal(timesOf(events, 'vault-unlocked'), 2)
  })

  it('locking by itself says so', async () => {
    const alice = await bench.make('Alice', [])
    await alice.device.setIdleLock(20)
    await event(alice, 'lock')
    await alice.device.unlock(PASSPHRASE)
    const locked = (await records(alice)).find((record) => record.event === 'vault-locked')
    assert.equal(locked?.fields['reason'], 'idle')
  })

  it('a circle made, an invitation made and revoked, the circle left: each once', async () => {
    const { alice, circle } = await aloneIn(bench)
    const made = await entered(alice, async () => {
      const { invitation } = await alice.device.invite({ circle })
      await alice.device.revokeInvitation(invitation)
      await alice.device.send({ where: circle, text: 'first' })
      await alice.device.send({ where: circle, text: 'second' })
      await alice.device.leaveCircle(circle)
    })
    assert.equal(timesOf(await eventsOf(alice), 'circle-created'), 1)
    assert.deepEqual(made, ['invitation-made', 'invitation-revoked', 'epoch-started', 'circle-left'])
  })

  it('an act that fails leaves no record', async () => {
    const { alice, circle } = await aloneIn(bench)
    const made = await entered(alice, async () => {
      await codeOf(alice.device.invite({ circle, expiresMs: -1 }))
      await codeOf(alice.device.revokeInvitation('aaaa'))
      await codeOf(alice.device.backup(join(bench.folder, 'no-such-folder', 'file')))
    })
    assert.deepEqual(made, [])
  })

  it('a backup, and the device that is made from it, which signs with a key of its own', async () => {
    const { alice } = await aloneIn(bench)
    const file = join(bench.folder, 'backup')
    assert.deepEqual(await entered(alice, () => alice.device.backup(file)), ['backup-written'])
    const restored = await bench.open(undefined, [])
    await restored.device.restore(file, PASSPHRASE)
    const events = await eventsOf(restored)
    assert.deepEqual(events.slice(-2), ['backup-written', 'vault-restored'])
    assert.equal(timesOf(events, 'vault-made'), 1)
    const [old, fresh] = await Promise.all([alice, restored].map(({ device }) => device.audit({ limit: 1 })))
    assert.notEqual(old?.key, fresh?.key)
    assert.equal((await records(restored)).at(-1)?.fields['key'], fresh?.key)
    await restored.device.verifyAudit({})
  })
})

describe('two devices', () => {
  const bench = new Bench()
  after(() => bench.end())

  it('who joined, by which invitation and who admitted is in both logs; verification in one', async () => {
    const [alice, bob] = await Promise.all([bench.make('Alice'), bench.make('Bob')])
    const { circle } = await alice.device.createCircle({ name: 'Circle' })
    const joined = await join2(alice, bob, circle)
    const atAlice = await eventually('the admission is entered', async () => {
      const all = await records(alice)
      return all.some((record) => record.event === 'member-admitted') ? all : undefined
    })
    const bobs = await records(bob)
    for (const wanted of ['circle-created', 'invitation-made', 'invitation-used', 'member-admitted'])
      assert.equal(
        timesOf(
          atAlice.map((record) => record.event),
          wanted,
        ),
        1,
        wanted,
      )
    const entry = bobs.find((record) => record.event === 'circle-joined')
    assert.equal(entry?.fields['by'], joined.met.member)
    assert.equal(entry.fields['circle'], circle)
    const admitted = atAlice.find((record) => record.event === 'member-admitted')
    assert.equal(admitted?.fields['by'], joined.met.member)
    assert.equal(admitted.fields['member'], entry.fields['member'])
    const made = await entered(bob, async () => {
      await bob.device.setVerified(joined.met.member, true)
      await bob.device.setVerified(joined.met.member, false)
    })
    assert.deepEqual(made, ['verification-set', 'verification-removed'])
    await Promise.all([alice, bob].map(({ device }) => device.verifyAudit({})))
  })

  it('somebody with a spent invitation is entered as refused', async () => {
    const [alice, bob, eve] = await Promise.all([bench.make('Alice'), bench.make('Bob'), bench.make('Eve')])
    const { circle } = await alice.device.createCircle({ name: 'Circle' })
    const { link } = await alice.device.invite({ circle })
    await bob.device.join({ link })
    assert.notEqual(await codeOf(eve.device.join({ link, timeoutMs: 2_000 })), 'no fault')
    const refused = await eventually('the refusal is entered', async () =>
      (await records(alice)).find((record) => record.event === 'invitation-refused'),
    )
    assert.equal(refused.outcome, 'failed')
  })
})

describe('an export', () => {
  const bench = new Bench()
  after(() => bench.end())

  it('holds no message, no name that a person typed and no secret; is private, and never replaces a file', async () => {
    const { alice, circle } = await aloneIn(bench)
    await alice.device.send({ where: circle, text: 'canary message' })
    const { link } = await alice.device.invite({ circle })
    const file = join(bench.folder, 'export')
    await alice.device.exportAudit({ file })
    const text = readFileSync(file, 'utf8').toLowerCase()
    const secrets = ['canary', 'alice', PASSPHRASE, link.slice(-20)].map((secret) => secret.toLowerCase())
    for (const secret of secrets) {
      assert.ok(!text.includes(secret), secret)
      assert.ok(!text.includes(Buffer.from(secret).toString('hex')), `${secret} in hexadecimal`)
    }
    assert.ok(
      text.includes(circle) && text.includes('audit-exported'),
      'the canary of this test: ids are there',
    )
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal(await codeOf(alice.device.exportAudit({ file })), 'file-exists')
  })

  it('is checked on another device that has no vault, and a changed one is refused there', async () => {
    const { alice } = await aloneIn(bench)
    const file = join(bench.folder, 'to-check')
    const { head, key } = await alice.device.exportAudit({ file })
    const { device } = await bench.open(undefined, [])
    const verdict = await device.verifyAudit({ file, head })
    assert.deepEqual([verdict.head, verdict.key, verdict.from, verdict.redacted], [head, key, 1, 0])
    const { writeFileSync } = await import('node:fs')
    writeFileSync(file, readFileSync(file, 'utf8').replace('vault-made', 'vault-main'))
    assert.equal(await codeOf(device.verifyAudit({ file })), 'audit-damaged')
    assert.equal(await codeOf(device.verifyAudit({ file: join(bench.folder, 'none') })), 'file-absent')
  })

  it('of one circle says nothing of another', async () => {
    const { alice, circle } = await aloneIn(bench)
    const other = await alice.device.createCircle({ name: 'Other' })
    const file = join(bench.folder, 'of-one')
    await alice.device.exportAudit({ file, circle })
    const text = readFileSync(file, 'utf8')
    assert.ok(text.includes(circle) && !text.includes(other.circle))
    assert.ok((await alice.device.verifyAudit({ file })).redacted > 0)
  })
})

describe('a log that was set back', () => {
  const bench = new Bench()
  after(() => bench.end())

  it('is found by a head that was noted: the vault of yesterday holds, but not that head', async () => {
    const { alice } = await aloneIn(bench)
    const backup = join(bench.folder, 'yesterday')
    await alice.device.backup(backup)
    await alice.device.createCircle({ name: 'Today' })
    const { head } = await alice.device.audit({ limit: 1 })
    await alice.device.verifyAudit({ head })
    const yesterday = await bench.open(undefined, [])
    await yesterday.device.restore(backup, PASSPHRASE)
    await yesterday.device.verifyAudit({})
    assert.equal(await codeOf(yesterday.device.verifyAudit({ head })), 'audit-damaged')
    assert.equal(await codeOf(yesterday.device.verifyAudit({ head: 'nonsense' })), 'audit-head-malformed')
  })
})

describe('hostile peers', () => {
  const bench = new Bench()
  after(() => bench.end())

  function opened() {
    const clock = { ...systemClock, ms: 1_000 * DAY_MS, now: (): number => clock.ms }
    const primitives = nodePrimitives()
    const options = { primitives, random: systemRandom, clock, kdf: CHEAP }
    const vault = createVault(bench.home(), PASSPHRASE, options)
    const audit = new Audit({ vault, primitives, random: systemRandom, clock, hasCircles: false })
    audit.begin()
    return { clock, vault, audit, seq: () => audit.log.mustState().head.seq }
  }

  it('a flood of faults takes 32 records a day and a count, however many peers and reasons there are', () => {
    const { clock, vault, audit, seq } = opened()
    for (let day = 0; day < 3; day++, clock.ms += DAY_MS) {
      const before = seq()
      for (let i = 0; i < 2_000; i++)
        audit.fault(new PeerFault(`fault-${String(i % 500)}`), { circle: 'aaaa', device: 'bbbb' })
      assert.ok(seq() - before <= 33, `${String(seq() - before)} records on day ${String(day)}`)
    }
    audit.locked('asked')
    const counted = audit.log.page(500).filter(({ entry }) => entry.event === 'peer-faults-counted')
    const sum = counted.reduce((all, { entry }) => all + ('count' in entry ? entry.count : 0), 0)
    assert.equal(sum + 3 * 32, 3 * 2_000)
    vault.close()
  })

  it('the same fault again and again takes one record a day', () => {
    const { vault, audit, seq } = opened()
    const before = seq()
    for (let i = 0; i < 100; i++) audit.fault(new PeerFault('malformed'), { channel: 'tcp' })
    assert.equal(seq() - before, 1)
    vault.close()
  })

  it('a lock and an unlock give nobody more', () => {
    const { clock, vault, audit, seq } = opened()
    const flood = (one: Audit, from: number): void => {
      for (let i = from; i < from + 100; i++)
        one.fault(new PeerFault(`fault-${String(i)}`), { device: 'bbbb' })
    }
    flood(audit, 0)
    const before = seq()
    const again = new Audit({
      vault,
      primitives: nodePrimitives(),
      random: systemRandom,
      clock,
      hasCircles: false,
    })
    flood(again, 100)
    assert.equal(seq(), before)
    vault.close()
  })
})

describe('a log that is gone', () => {
  const bench = new Bench()
  after(() => bench.end())

  it('says so for ever, when there are circles to miss it', async () => {
    const { alice } = await aloneIn(bench)
    await alice.device.close()
    const { openVault } = await import('@triode/vault')
    const options = { primitives: nodePrimitives(), random: systemRandom, clock: systemClock, kdf: CHEAP }
    const vault = openVault(alice.home, options).unlock(PASSPHRASE)
    for (const name of ['audit/records', 'audit/state']) vault.store.erase(name)
    vault.close()
    const again: { device: DeviceService } = await bench.open(alice.home, [])
    await again.device.unlock(PASSPHRASE)
    assert.equal((await eventsOf(again))[0], 'log-broken')
    assert.equal(await codeOf(again.device.verifyAudit({})), 'audit-damaged')
  })
})

describe('a vault that can not be written', () => {
  const bench = new Bench()
  after(() => bench.end())

  function opened() {
    const primitives = nodePrimitives()
    const vault = createVault(bench.home(), PASSPHRASE, {
      primitives,
      random: systemRandom,
      clock: systemClock,
      kdf: CHEAP,
    })
    const store = createMemoryStore()
    const stored = new Proxy(vault, {
      get: (of, name) => (name === 'store' ? store : (Reflect.get(of, name, of) as unknown)),
    })
    const options = { primitives, random: systemRandom, clock: systemClock, hasCircles: false }
    const audit = new Audit({ vault: stored, ...options })
    audit.begin()
    const events = () =>
      audit.log
        .page(100)
        .map(({ entry }) => entry.event)
        .toReversed()
    return { vault, store, audit, events }
  }

  it('an act fails with its record; what could not be refused is entered once there is room, in order, once', () => {
    const { vault, store, audit, events } = opened()
    store.failWith(new Unavailable('disk-full'))
    audit.note({ event: 'vault-unlocked' })
    assert.throws(() => {
      audit.record({ event: 'passphrase-changed' })
    }, /disk-full/)
    for (let i = 0; i < 1_000; i++) audit.note({ event: 'vault-locked', reason: 'idle' })
    store.failWith(undefined)
    audit.record({ event: 'passphrase-changed' })
    audit.record({ event: 'backup-written' })
    const waited = ['vault-unlocked', ...Array.from({ length: 63 }, () => 'vault-locked')]
    assert.deepEqual(events(), ['vault-made', ...waited, 'passphrase-changed', 'backup-written'])
    vault.close()
  })

  it('an act that is undone takes its record with it, but not those that waited', () => {
    const { vault, store, audit, events } = opened()
    store.failWith(new Unavailable('disk-full'))
    audit.note({ event: 'vault-unlocked' })
    store.failWith(undefined)
    assert.throws(() =>
      store.transaction(() => {
        audit.record({ event: 'passphrase-changed' })
        throw new Error('undone')
      }),
    )
    assert.deepEqual(events(), ['vault-made'])
    audit.record({ event: 'backup-written' })
    assert.deepEqual(events(), ['vault-made', 'vault-unlocked', 'backup-written'])
    vault.close()
  })
})
