import assert from 'node:assert/strict'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Clock } from '@triode/core'
import { systemClock } from '@triode/crypto'
import { createVirtualClock } from '@triode/testkit'
import { IdleLock } from '../../src/vault/idleLock.ts'
import { openDevice, unattended, type DeviceService } from '../../src/index.ts'
import { FILES_STOP_MS, IDLE_LOOK_MS } from '../../src/tuning.ts'
import { Bench, codeOf, eventsOf, eventually, inside, PASSPHRASE } from '../devices.ts'

let bench: Bench
before(() => {
  bench = new Bench()
})
after(async () => {
  await bench.end()
})

/** Every method that needs an unlocked vault. */
const WORK: Readonly<Record<string, (device: DeviceService) => Promise<unknown>>> = {
  setIdleLock: (device) => device.setIdleLock(null),
  setName: (device) => device.setName('Never'),
  changePassphrase: (device) => device.changePassphrase(PASSPHRASE, PASSPHRASE),
  backup: (device) => device.backup(join(bench.folder, 'never.backup')),
  beginBackup: (device) => device.beginBackup(),
  createCircle: (device) => device.createCircle({ name: 'Never' }),
  circles: (device) => device.circles(),
  circle: (device) => device.circle('c'),
  leaveCircle: (device) => device.leaveCircle('c'),
  invite: (device) => device.invite({ circle: 'c' }),
  invitations: (device) => device.invitations('c'),
  revokeInvitation: (device) => device.revokeInvitation('i'),
  join: (device) => device.join({ link: 'triode:a' }),
  members: (device) => device.members('c'),
  member: (device) => device.member('m'),
  setVerified: (device) => device.setVerified('m', true),
  peers: (device) => device.peers(),
  resolve: (device) => device.resolve('c'),
  conversations: (device) => device.conversations(),
  createRoom: (device) => device.createRoom({ circle: 'c', name: 'r', members: [] }),
  send: (device) => device.send({ where: 'c', text: 't' }),
  messages: (device) => device.messages({ where: 'c', limit: 1 }),
  react: (device) => device.react({ id: 'm', emoji: '👍' }),
  edit: (device) => device.edit('m', 't'),
  deleteMessage: (device) => device.deleteMessage('m'),
  read: (device) => device.read('c'),
  typing: (device) => device.typing('c'),
  setExpiry: (device) => device.setExpiry('c', null),
  search: (device) => device.search({ text: 't', limit: 1 }),
  draft: (device) => device.draft('c'),
  setDraft: (device) => device.setDraft('c', undefined),
  setUnsentEdit: (device) => device.setUnsentEdit('m', undefined),
  message: (device) => device.message('m'),
  delivery: (device) => device.delivery('m'),
  setPreferences: (device) => device.setPreferences({ where: 'c', pinned: true }),
  renameCircle: (device) => device.renameCircle({ circle: 'c', name: 'n' }),
  setNickname: (device) => device.setNickname({ circle: 'c', nickname: null }),
  renameRoom: (device) => device.renameRoom({ where: 'r', name: 'n' }),
  changeRoomMembers: (device) => device.changeRoomMembers({ where: 'r', add: ['m'] }),
  leaveRoom: (device) => device.leaveRoom('r'),
  setChannel: (device) => device.setChannel({ name: 'tcp', on: true }),
  storage: (device) => device.storage(),
  network: (device) => device.network('c'),
}

async function refusals(device: DeviceService): Promise<Set<string>> {
  return new Set(await Promise.all(Object.values(WORK).map((call) => codeOf(call(device)))))
}

describe('a device without a vault', () => {
  it('is new, makes no folder, and refuses everything but making one', async () => {
    const { device, home } = await bench.open()
    const status = await device.status()
    assert.equal(status.state, 'new')
    assert.equal(status.vault, undefined)
    assert.equal(existsSync(home), false)
    assert.deepEqual(await refusals(device), new Set(['no-vault']))
    assert.equal(await codeOf(device.unlock(PASSPHRASE)), 'no-vault')
    assert.equal(await codeOf(device.wipe(true)), 'no-vault')
    assert.equal(await codeOf(device.lock()), 'no fault')
    assert.equal(await codeOf(device.init({ passphrase: '' })), 'passphrase-weak')
    assert.equal(await codeOf(device.init({ passphrase: PASSPHRASE, name: 'x'.repeat(65) })), 'name-invalid')
    assert.equal((await device.status()).state, 'new')
  })

  it('says at opening that a channel is unknown or an address malformed', async () => {
    const home = bench.home()
    assert.equal(await codeOf(openDevice({ home, channels: ['pigeon'], version: '' })), 'channel-unknown')
    const listen = [{ host: 'not an address', port: 1 }]
    assert.equal(
      await codeOf(openDevice({ home, channels: ['tcp'], listen, version: '' })),
      'address-malformed',
    )
  })
})

describe('making, locking and unlocking', () => {
  it('makes a vault with a name, in a folder of one’s own, once', async () => {
    const { device, home } = await bench.open()
    const twice = [
      device.init({ passphrase: PASSPHRASE, name: 'Alice' }),
      device.init({ passphrase: 'other' }),
    ]
    assert.deepEqual(await Promise.all(twice.map(codeOf)), ['no fault', 'vault-exists'])
    const status = await device.status()
    assert.equal(status.state, 'unlocked')
    assert.equal(status.name, 'Alice')
    assert.deepEqual(status.vault, { kdf: 'argon2id', restored: false, readOnly: false, idleLockMs: null })
    assert.equal(statSync(home).mode & 0o777, 0o700)
    assert.equal(await codeOf(device.restore(join(home, 'any'), PASSPHRASE)), 'vault-exists')
  })

  it('holds the home against another process, and lets it go', async () => {
    const { device, home } = await bench.make()
    assert.equal(await codeOf(bench.open(home)), 'home-in-use')
    await device.close()
    const again = await bench.open(home)
    assert.equal((await again.device.status()).state, 'locked')
  })

  it('refuses everything while locked, tells the state, and takes the right passphrase only', async () => {
    const { device, events } = await bench.make('Alice')
    await device.lock()
    await device.lock()
    const status = await device.status()
    assert.equal(status.state, 'locked')
    assert.equal(status.name, undefined)
    assert.equal(status.vault?.idleLockMs, undefined)
    assert.deepEqual(status.channels, [])
    assert.deepEqual(await refusals(device), new Set(['locked']))
    assert.equal(await codeOf(device.init({ passphrase: PASSPHRASE })), 'vault-exists')
    assert.equal(await codeOf(device.unlock('wrong')), 'wrong-passphrase')
    assert.equal(await codeOf(device.unlock('')), 'passphrase-weak')
    await device.unlock(PASSPHRASE)
    assert.equal((await device.status()).name, 'Alice')
    assert.equal(await codeOf(device.unlock('wrong')), 'wrong-passphrase')
    assert.equal(await codeOf(device.unlock(PASSPHRASE)), 'no fault')
    assert.deepEqual(
      events.map((event) => event.type).filter((type) => type === 'lock' || type === 'unlock'),
      ['lock', 'unlock'],
    )
  })

  it('takes a draft for a moment after a lock was asked for, while somebody writes, and nothing else', async () => {
    const { device, events } = await bench.make()
    const { circle } = await device.createCircle({ name: 'Circle' })
    await device.typing(circle)
    const locked = device.lock()
    await eventually('it to say that it locks', () => (events.at(-1)?.type === 'lock' ? true : undefined))
    assert.equal((await device.status()).state, 'locked')
    assert.equal(await codeOf(device.send({ where: circle, text: 'On my way' })), 'locked')
    await device.setDraft(circle, { text: 'On my way' })
    assert.equal(await codeOf(device.draft(circle)), 'locked')
    assert.equal(events.at(-1)?.type, 'lock', 'nobody is told what it is')
    await locked
    assert.equal(await codeOf(device.setDraft(circle, { text: 'Too late' })), 'locked')
    await device.unlock(PASSPHRASE)
    assert.deepEqual(await device.draft(circle), { text: 'On my way' })
    await device.typing(circle)
    await device.wipe(true)
    assert.equal((await device.status()).state, 'new')
  })

  it('takes how a message was to be changed in that moment, while somebody changes one: a refused edit is not lost', async () => {
    const { device, events } = await bench.make()
    const { circle } = await device.createCircle({ name: 'Circle' })
    const { id } = await device.send({ where: circle, text: 'At the pear' })
    await device.setUnsentEdit(id, 'At the p')
    const locked = device.lock()
    await eventually('it to say that it locks', () => (events.at(-1)?.type === 'lock' ? true : undefined))
    assert.equal(await codeOf(device.edit(id, 'At the pier')), 'locked')
    await device.setUnsentEdit(id, 'At the pier')
    await locked
    assert.equal(await codeOf(device.setUnsentEdit(id, 'Too late')), 'locked')
    await device.unlock(PASSPHRASE)
    const [conversation] = await device.conversations(circle)
    assert.deepEqual(conversation?.unsentEdit, { id, text: 'At the pier' })
    assert.equal((await device.message(id)).text, 'At the pear')
  })

  it('waits for no draft where nobody writes', async () => {
    const { device } = await bench.make()
    const { circle } = await device.createCircle({ name: 'Circle' })
    const locked = device.lock()
    await eventually('it to count as locked', async () =>
      (await device.status()).state === 'locked' ? true : undefined,
    )
    assert.equal(await codeOf(device.setDraft(circle, { text: 'Too late' })), 'locked')
    await locked
  })

  it('makes whoever guesses wait', async () => {
    const { device } = await bench.make()
    await device.lock()
    const codes: string[] = []
    for (let tries = 0; tries < 12 && codes.at(-1) !== 'passphrase-delayed'; tries++)
      codes.push(await codeOf(device.unlock('wrong')))
    assert.equal(codes.at(-1), 'passphrase-delayed')
  })

  it('changes the passphrase, for who knows it', async () => {
    const { device } = await bench.make()
    assert.equal(await codeOf(device.changePassphrase('wrong', 'next one')), 'wrong-passphrase')
    assert.equal(await codeOf(device.changePassphrase(PASSPHRASE, '')), 'passphrase-weak')
    await device.changePassphrase(PASSPHRASE, 'another passphrase')
    await device.lock()
    assert.equal(await codeOf(device.unlock(PASSPHRASE)), 'wrong-passphrase')
    await device.unlock('another passphrase')
  })

  it('stands locks, unlocks and calls all at once', async () => {
    const { device } = await bench.make()
    const { circle } = await device.createCircle({ name: 'Circle' })
    const calls: Promise<string>[] = []
    for (let round = 0; round < 5; round++) {
      calls.push(codeOf(device.lock()), codeOf(device.unlock(PASSPHRASE)))
      calls.push(codeOf(device.send({ where: circle, text: 'meanwhile' })), codeOf(device.circles()))
      calls.push(codeOf(device.unlock(PASSPHRASE)), codeOf(device.lock()), codeOf(device.status()))
    }
    for (const code of await Promise.all(calls)) assert.match(code, /^(no fault|locked)$/)
    await device.unlock(PASSPHRASE)
    assert.equal((await device.circles()).length, 1)
  })
})

describe('a lock', () => {
  const ends: [what: string, end: () => Promise<void>][] = [
    ['fails', () => Promise.reject(new Error('of a bad disk'))],
    ['waits for ever', () => new Promise<void>(() => undefined)],
  ]
  for (const [what, end] of ends) {
    it(`ends the network, and lets the keys go, though what is written of files ${what}`, async () => {
      const clock: Clock = {
        ...systemClock,
        after: (ms, work) => systemClock.after(ms === FILES_STOP_MS ? 1 : ms, work),
      }
      const alice = await bench.make('Alice', ['tcp'], clock)
      const { device } = alice
      const { files } = inside(alice)
      const stop = files.stop.bind(files)
      files.stop = async () => {
        await stop()
        await end()
      }
      const [tcp] = (await device.status()).channels
      const port = Number(/:(\d+)$/.exec(tcp?.addresses[0] ?? '')?.[1])
      assert.equal(await isListening(port), true)
      await device.lock().catch(() => undefined)
      assert.equal((await device.status()).state, 'locked')
      assert.equal(await isListening(port), false)
      await device.unlock(PASSPHRASE)
      assert.deepEqual(await device.circles(), [])
    })
  }
})

/** Whether a port of this machine takes calls. */
async function isListening(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once('connect', () => {
        resolve(true)
      })
      socket.once('error', () => {
        resolve(false)
      })
    })
  } finally {
    socket.destroy()
  }
}

describe('the idle lock', () => {
  it('locks after so long without a call, which a call puts off and status does not', async () => {
    const { device, events } = await bench.make()
    await device.setIdleLock(2_000)
    assert.equal((await device.status()).vault?.idleLockMs, 2_000)
    for (let round = 0; round < 12; round++) {
      await new Promise((resolve) => setTimeout(resolve, 200))
      await device.circles()
    }
    await eventually('it to lock itself, however often it is asked', async () =>
      (await device.status()).state === 'locked' ? true : undefined,
    )
    await eventually('it to say so', () =>
      Promise.resolve(events.filter((event) => event.type === 'lock').length === 1 ? true : undefined),
    )
    assert.equal((await device.status()).vault?.lockedBy, 'idle')
    await device.unlock(PASSPHRASE)
    assert.equal((await device.status()).vault?.lockedBy, undefined)
    await device.setIdleLock(null)
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    assert.equal((await device.status()).state, 'unlocked')
  })

  it('is not put off by calls that nobody made', async () => {
    const { device } = await bench.make()
    await device.setIdleLock(1_500)
    await eventually('it to lock itself, though a page that was left open asks all the time', async () => {
      await unattended(() => device.circles()).catch(() => undefined)
      return (await device.status()).state === 'locked' ? true : undefined
    })
    assert.equal((await device.status()).vault?.lockedBy, 'idle')
  })

  it('does not lock a device that works on a call', async () => {
    const { device } = await bench.make()
    const { device: other } = await bench.make()
    const { circle } = await other.createCircle({ name: 'Circle' })
    const { link } = await other.invite({ circle })
    await other.close()
    await device.setIdleLock(1_000)
    assert.equal(await codeOf(device.join({ link, timeoutMs: 2_500 })), 'inviter-unreachable')
    assert.equal((await device.status()).state, 'unlocked')
  })

  it('locks a device whose machine slept for longer, before whoever calls first when it wakes is answered', async () => {
    let sleptMs = 0
    const clock: Clock = { ...systemClock, now: () => Date.now() + sleptMs }
    const { device } = await bench.make('Alice', [], clock)
    await device.setIdleLock(600_000)
    sleptMs = -3_600_000
    await device.circles()
    sleptMs += 599_000
    await device.circles()
    sleptMs += 601_000
    assert.equal(await codeOf(device.circles()), 'locked')
    const { state, vault } = await device.status()
    assert.deepEqual([state, vault?.lockedBy], ['locked', 'idle'])
    await device.unlock(PASSPHRASE)
    await device.circles()
  })

  it('locks it within seconds of waking when nobody calls', async () => {
    const line = createVirtualClock()
    const clock = line.skewed(0)
    let locks = 0
    const idle = new IdleLock(clock, () => {
      locks++
    })
    idle.watch(600_000)
    clock.jump(28_800_000)
    idle.watch(600_000)
    clock.jump(-28_800_000)
    line.advance(570_000)
    assert.equal(locks, 0)
    clock.jump(30_000)
    line.advance(IDLE_LOOK_MS)
    assert.equal(locks, 1)
    line.advance(1_200_000)
    assert.equal(locks, 1, 'once')
  })

  it('survives months, and refuses what is no duration', async () => {
    const { device } = await bench.make()
    for (const wrong of [0, -1, 1.5, NaN, Infinity])
      assert.equal(await codeOf(device.setIdleLock(wrong)), 'duration-out-of-range')
    await device.setIdleLock(90 * 86_400_000)
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.equal((await device.status()).state, 'unlocked')
    await device.lock()
    await device.unlock(PASSPHRASE)
    assert.equal((await device.status()).vault?.idleLockMs, 90 * 86_400_000)
  })
})

describe('backup, restore, wipe and close', () => {
  it('restores what was backed up, elsewhere, and says so', async () => {
    const { device } = await bench.make('Alice')
    const { circle } = await device.createCircle({ name: 'Circle' })
    await device.send({ where: circle, text: 'remember' })
    const file = join(bench.folder, 'alice.backup')
    const { bytes } = await device.backup(file, 'of the backup')
    assert.equal(statSync(file).size, bytes)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.equal(await codeOf(device.backup(file)), 'file-exists')
    assert.equal(await codeOf(device.backup(join(bench.folder, 'no', 'folder'))), 'file-refused')

    const { device: other, home } = await bench.open()
    assert.equal(await codeOf(other.restore(file, 'wrong')), 'wrong-passphrase')
    assert.equal(await codeOf(other.restore(join(bench.folder, 'absent'), 'p')), 'backup-absent')
    const noise = join(bench.folder, 'noise')
    writeFileSync(noise, 'this is no backup, whatever its length is')
    assert.equal(await codeOf(other.restore(noise, 'p')), 'backup-unknown')
    assert.equal((await other.status()).state, 'new')
    mkdirSync(home, { recursive: true })
    await other.restore(file, 'of the backup')
    assert.equal((await other.status()).vault?.restored, true)
    const { messages } = await other.messages({ where: circle, limit: 5 })
    assert.deepEqual(
      messages.map((message) => message.text),
      ['remember'],
    )
    await other.lock()
    await other.unlock('of the backup')
  })

  it('gives its bytes to whoever takes them, unless it was locked since, and is restored as they come', async () => {
    const { device } = await bench.make('Alice')
    const { circle } = await device.createCircle({ name: 'Circle' })
    assert.equal(await codeOf(device.beginBackup('short')), 'passphrase-weak')
    const pieces: Uint8Array[] = []
    const take = async (piece: Uint8Array) => void pieces.push(piece)
    const lost = await device.beginBackup()
    await device.lock()
    assert.equal(await codeOf(lost.writeTo(take)), 'locked')
    await device.unlock(PASSPHRASE)
    assert.equal(await codeOf(lost.writeTo(take)), 'locked', 'its key went with the lock')
    lost[Symbol.dispose]()
    {
      using backup = await device.beginBackup('of the backup')
      await backup.writeTo(take)
    }
    const { records } = await device.audit({ limit: 5 })
    assert.equal(records.filter(({ event }) => event === 'backup-written').length, 1)

    const { device: other } = await bench.open()
    const gone = new Error('the sender went away')
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield* pieces.map((piece) => piece.subarray(0, 1_000))
      throw gone
    }
    await assert.rejects(other.restore(cut(), 'of the backup'))
    assert.equal((await other.status()).state, 'new')
    async function* whole(): AsyncGenerator<Uint8Array> {
      yield* pieces
    }
    await other.restore(whole(), 'of the backup')
    assert.equal((await other.circle(circle)).name, 'Circle')
  })

  it('names a damaged backup and leaves nothing behind', async () => {
    const { device } = await bench.make()
    const file = join(bench.folder, 'whole.backup')
    await device.backup(file)
    const { readFileSync } = await import('node:fs')
    const bytes = readFileSync(file)
    const damaged = join(bench.folder, 'damaged.backup')
    bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 1
    writeFileSync(damaged, bytes)
    const { device: other } = await bench.open()
    assert.equal(await codeOf(other.restore(damaged, PASSPHRASE)), 'backup-damaged')
    assert.equal((await other.status()).state, 'new')
    await other.restore(file, PASSPHRASE)
  })

  it('wipes unlocked or locked, and begins anew', async () => {
    const { device, home, events } = await bench.make()
    await device.createCircle({ name: 'Circle' })
    await device.setIdleLock(60_000)
    await device.wipe(true)
    assert.equal((await device.status()).state, 'new')
    assert.equal(existsSync(home), false)
    await device.init({ passphrase: PASSPHRASE })
    assert.deepEqual(await device.circles(), [])
    await device.lock()
    await device.wipe(true)
    assert.equal((await device.status()).state, 'new')
    assert.ok(eventsOf({ device, home, events }, 'lock').length >= 2)
  })

  it('is closed for good, for every call', async () => {
    const { device } = await bench.make()
    await Promise.all([device.close(), device.close()])
    await device.close()
    assert.deepEqual(await refusals(device), new Set(['closed']))
    for (const call of [
      device.status(),
      device.init({ passphrase: PASSPHRASE }),
      device.unlock(PASSPHRASE),
      device.lock(),
      device.restore('/any', PASSPHRASE),
      device.wipe(true),
    ])
      assert.equal(await codeOf(call), 'closed')
  })
})
