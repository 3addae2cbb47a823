import assert from 'node:assert/strict'
import {
  closeSync,
  mkdtempSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { circleOfTwo, CIRCLE, DeviceProcess, eventually, everything, LAN } from './circleOfTwo.ts'
import { lacksTmpfs, mountTmpfs, unmount } from './tmpfs.ts'

const code = async (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'no fault',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  )

describe('a disk that fills', { skip: lacksTmpfs() }, () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'triode-full-'))
    assert.ok(mountTmpfs(folder, 6))
  })
  after(() => {
    unmount(folder)
    rmSync(folder, { recursive: true, force: true })
  })

  it('refuses with a clear error, loses nothing that was acknowledged, and goes on when there is room', async () => {
    const alice = new DeviceProcess({
      name: 'Alice',
      home: join(folder, 'home'),
      passphrase: 'a long passphrase',
      args: ['--channels', 'lan', '--lan-interface', '127.0.0.1'],
    })
    await alice.start()
    try {
      await alice.client.createCircle({ name: CIRCLE })
      const acknowledged: string[] = []
      const ballast = join(folder, 'ballast')
      writeFileSync(ballast, Buffer.alloc(2_500_000))
      let refusal = 'no fault'
      for (let n = 0; n < 2_000 && refusal === 'no fault'; n++) {
        const text = `${String(n)} ${'x'.repeat(8_000)}`
        refusal = await code(alice.client.send({ where: CIRCLE, text }))
        if (refusal === 'no fault') acknowledged.push(text)
      }
      assert.equal(refusal, 'disk-full')
      assert.ok(acknowledged.length > 10)
      assert.equal((await alice.client.status()).state, 'unlocked')
      assert.deepEqual(
        (await everything(alice)).map((message) => message.text),
        acknowledged,
      )
      rmSync(ballast)
      await alice.client.send({ where: CIRCLE, text: 'room again' })
      await alice.kill()
      await alice.start()
      assert.deepEqual(
        (await everything(alice)).map((message) => message.text),
        [...acknowledged, 'room again'],
      )
    } finally {
      await alice.stop()
    }
  })
})

describe('a home that is damaged', () => {
  it('is named as such, and a backup brings everything back on another machine', async () => {
    const two = await circleOfTwo()
    try {
      const { alice, bob } = two
      for (let n = 0; n < 200; n++) await alice.client.send({ where: CIRCLE, text: `before ${String(n)}` })
      const file = join(two.folder, 'alice.backup')
      await alice.client.backup({ file, passphrase: 'the passphrase of the backup' })
      await alice.client.send({ where: CIRCLE, text: 'after the backup' })
      await eventually('Bob has it', async () => {
        const { messages } = await bob.client.messages({ where: CIRCLE, limit: 5 })
        return messages.find((message) => message.text === 'after the backup')
      })
      await alice.stop()
      damage(alice.home)
      await assert.rejects(async () => {
        await alice.start()
        await everything(alice)
      }, /damaged/)
      await alice.stop()

      const other = join(two.folder, 'other-machine')
      mkdirSync(other, { mode: 0o700 })
      const restored = two.device('Restored', LAN)
      const passphrase = 'the passphrase of the backup'
      const again = new DeviceProcess({ name: 'Alice', home: restored.home, passphrase, args: LAN })
      // The process is started on an empty home, which init would fill: restore takes its place.
      two.adopt(again)
      await again.startNew()
      await again.client.restore({ file, passphrase })
      const texts = (await everything(again)).map((message) => message.text)
      assert.equal(texts.length, 200)
      await again.client.send({ where: CIRCLE, text: 'from the restored one' })
      await eventually('Bob hears the restored device', async () => {
        const { messages } = await bob.client.messages({ where: CIRCLE, limit: 5 })
        return messages.find((message) => message.text === 'from the restored one')
      })
      const atBob = (await everything(bob)).map((message) => message.text)
      assert.equal(new Set(atBob).size, atBob.length)
      assert.equal(atBob.length, 202)
      assert.equal((await again.client.status()).vault?.restored, true)
    } finally {
      await two.end()
    }
  })
})

/** Overwrites the middle of the largest file of a home. */
function damage(home: string): void {
  const files = readdirSync(home).map((name) => join(home, name))
  const sizes = files
    .filter((file) => statSync(file).isFile())
    .map((file) => ({ file, size: statSync(file).size }))
  const largest = sizes.toSorted((a, b) => b.size - a.size)[0]
  assert.ok(largest)
  const fd = openSync(largest.file, 'r+')
  for (let at = 8_192; at + 4_096 < largest.size; at += 8_192)
    writeSync(fd, Buffer.alloc(2_048, 0xa5), 0, 2_048, at)
  closeSync(fd)
}

describe('invitations, locks and passphrases of running devices', () => {
  it('refuses an invitation that expired, was revoked or used, and a device that is locked', async () => {
    const two = await circleOfTwo()
    try {
      const { alice, circle } = two
      const carol = await two.device('Carol').start()
      const short = await alice.client.invite({ circle, expiresMs: 1_000 })
      await new Promise((resolve) => setTimeout(resolve, 1_100))
      assert.equal(await code(carol.client.join({ link: short.link })), 'invitation-expired')
      const revoked = await alice.client.invite({ circle })
      await alice.client.revokeInvitation({ invitation: revoked.invitation })
      await assert.rejects(carol.client.join({ link: revoked.link, timeoutMs: 3_000 }), {
        code: 'inviter-unreachable',
        remedy: /revoked/,
      })
      const good = await alice.client.invite({ circle })
      await carol.client.join({ link: good.link })
      const dave = await two.device('Dave').start()
      assert.equal(await code(dave.client.join({ link: good.link, timeoutMs: 5_000 })), 'invitation-refused')
      assert.equal((await alice.client.members({ circle })).members.length, 3)
      await alice.client.lock()
      assert.equal(await code(alice.client.send({ where: CIRCLE, text: 'locked' })), 'locked')
      assert.equal(await code(alice.client.unlock({ passphrase: 'not the passphrase' })), 'wrong-passphrase')
    } finally {
      await two.end()
    }
  })

  it('lets a member leave: it is forgotten here, and reads nothing that is written afterwards', async () => {
    const two = await circleOfTwo()
    try {
      const { alice, bob, circle } = two
      await alice.client.send({ where: CIRCLE, text: 'Bob is here' })
      await eventually('Bob has it', async () =>
        (await everything(bob)).find((one) => one.text === 'Bob is here'),
      )
      await bob.client.leaveCircle({ circle })
      assert.equal((await bob.client.circles()).circles.length, 0)
      await eventually('Alice knows', async () => {
        const { members } = await alice.client.members({ circle })
        return members.length === 1 ? true : undefined
      })
      await alice.client.send({ where: CIRCLE, text: 'Bob is gone' })
      assert.equal(await code(bob.client.messages({ where: CIRCLE, limit: 10 })), 'not-found')
      assert.equal((await alice.client.peers({})).peers.length, 0)
    } finally {
      await two.end()
    }
  })
})
