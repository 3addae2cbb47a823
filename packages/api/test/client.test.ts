/** Each route once, through the typed client, over HTTP, to the device and back. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { ApiFault, createClient, ROUTES, type Client } from '@triode/api'
import { SAFETY_WORDS } from './double.ts'
import { served, servedFamily } from './served.ts'

suite('the typed client', () => {
  test('walks through the life of a device', async (t) => {
    const { client } = await served(t)
    assert.equal((await client.status()).state, 'new')
    await assert.rejects(client.circles(), { status: 409, code: 'no-vault' })
    assert.equal((await client.init({ passphrase: 'one', name: 'Alice', kdf: 'argon2id' })).state, 'unlocked')
    await assert.rejects(client.init({ passphrase: 'one' }), { status: 409, code: 'vault-exists' })
    assert.equal((await client.setIdleLock({ afterMs: 60_000 })).vault?.idleLockMs, 60_000)
    assert.equal((await client.setIdleLock({ afterMs: null })).vault?.idleLockMs, null)
    assert.equal((await client.lock()).state, 'locked')
    await assert.rejects(client.circles(), { status: 423, code: 'locked' })
    await assert.rejects(client.unlock({ passphrase: 'two' }), { status: 403, code: 'wrong-passphrase' })
    assert.equal((await client.unlock({ passphrase: 'one' })).state, 'unlocked')
    await client.changePassphrase({ current: 'one', next: 'two' })
    await client.lock()
    await client.unlock({ passphrase: 'two' })
    assert.equal((await client.wipe({ confirm: true })).state, 'new')
    assert.equal((await client.restore({ file: '/backup', passphrase: 'three' })).state, 'unlocked')
  })

  test('backs up to one file', async (t) => {
    const { client } = await servedFamily(t)
    const folder = await mkdtemp(join(tmpdir(), 'triode-api-'))
    t.after(() => rm(folder, { recursive: true }))
    const file = join(folder, 'backup')
    const { bytes } = await client.backup({ file, passphrase: 'other' })
    assert.equal((await readFile(file)).length, bytes)
    await assert.rejects(client.backup({ file }), { status: 409, code: 'file-exists' })
  })

  test('forms a circle, invites, joins, verifies', async (t) => {
    const { client } = await served(t)
    await client.init({ passphrase: 'one', name: 'Alice' })
    const made = await client.createCircle({ name: 'Chess', suite: 'cnsa' })
    assert.deepEqual((await client.circles()).circles, [made])
    assert.equal((await client.circle({ circle: 'Chess' })).role, 'owner')
    const { invitation, link } = await client.invite({
      circle: made.circle,
      expiresMs: 60_000,
      role: 'guest',
    })
    assert.match(link, /^triode:/)
    await client.revokeInvitation({ invitation })
    const [revoked] = (await client.invitations({ circle: 'Chess' })).invitations
    assert.deepEqual([revoked?.state, revoked?.role], ['revoked', 'guest'])

    const joined = await client.join({ link: 'triode:join-family', name: 'Al', timeoutMs: 1_000 })
    assert.deepEqual(joined.safetyWords, SAFETY_WORDS)
    await assert.rejects(client.join({ link: 'triode:spent' }), { status: 403, code: 'invitation-refused' })
    await assert.rejects(client.join({ link: 'triode:far-away' }), {
      status: 503,
      code: 'inviter-unreachable',
    })
    const { members } = await client.members({ circle: 'Family' })
    assert.deepEqual(
      members.map(({ name, me }) => [name, me]),
      [
        ['Al', true],
        ['Bob', false],
      ],
    )
    assert.equal((await client.verify({ member: 'Bob', verified: true })).verified, true)
    assert.equal((await client.member({ member: 'Bob' })).verified, true)
    await client.verify({ member: 'Bob', verified: false })
    const { text } = await client.shownKeys({ member: 'Bob' })
    await assert.rejects(client.verifyScanned({ member: 'Bob', text: 'triode-keys:other' }), {
      status: 403,
      code: 'keys-differ',
    })
    await assert.rejects(client.verifyScanned({ member: 'Bob', text: 'x' }), {
      status: 400,
      code: 'scan-malformed',
    })
    assert.equal((await client.member({ member: 'Bob' })).verified, false)
    assert.equal((await client.verifyScanned({ member: 'Bob', text })).verified, true)
    assert.equal((await client.peers()).peers.length, 1)
    assert.equal((await client.peers({ circle: 'Chess' })).peers.length, 0)
    await client.leaveCircle({ circle: 'Chess' })
    assert.equal((await client.circles()).circles.length, 1)
  })

  test('tells what is taken of the disk, and reports without names', async (t) => {
    const { client } = await servedFamily(t)
    const { conversations, quotaBytes } = await client.storage()
    assert.deepEqual([conversations[0]?.name, quotaBytes], ['Family', null])
    assert.match((await client.diagnostics()).text, /^Triode/)
  })

  test('shows the devices of a circle', async (t) => {
    const { client } = await servedFamily(t)
    const { known, devices } = await client.network({ circle: 'Family' })
    assert.equal(known, 'told-links')
    assert.deepEqual(
      devices.map(({ self, waiting }) => [self, waiting]),
      [
        [true, 0],
        [false, 3],
      ],
    )
  })

  test('turns channels off and on', async (t) => {
    const { client } = await servedFamily(t)
    assert.equal((await client.setChannel({ name: 'lan', on: false })).state, 'off')
    assert.equal((await client.status()).channels[0]?.state, 'off')
    assert.equal((await client.setChannel({ name: 'lan', on: true })).state, 'on')
    await assert.rejects(client.setChannel({ name: 'pigeon', on: true }), { code: 'channel-unknown' })
  })

  test('talks', async (t) => {
    const { client, device } = await servedFamily(t)
    const room = await client.createRoom({
      circle: 'Family',
      name: 'Presents & cake / 100 %',
      members: ['Bob'],
    })
    assert.equal((await client.resolve({ where: room.name })).conversation, room.conversation)
    assert.equal((await client.renameRoom({ where: room.conversation, name: 'Cake' })).name, 'Cake')
    await client.renameRoom({ where: room.conversation, name: room.name })
    const bob = (await client.member({ member: 'Bob' })).member
    const without = await client.changeRoomMembers({ where: room.name, remove: ['Bob'] })
    assert.equal(without.members.includes(bob), false)
    const filled = await client.changeRoomMembers({ where: room.name, add: ['Bob'] })
    assert.equal(filled.members.includes(bob), true)
    const other = await client.createRoom({ circle: 'Family', name: 'Other', members: ['Bob'] })
    await client.leaveRoom({ where: other.conversation })
    await assert.rejects(client.resolve({ where: 'Other' }), { status: 404, code: 'not-found' })
    assert.equal((await client.setNickname({ circle: 'Family', nickname: 'Ali' })).name, 'Ali')
    assert.equal((await client.setNickname({ circle: 'Family', nickname: null })).name, undefined)
    assert.equal((await client.renameCircle({ circle: 'Family', name: 'Clan' })).name, 'Clan')
    await client.renameCircle({ circle: 'Clan', name: 'Family' })
    const theirs = device.arrive(room.name, 'Cake?')
    const mine = await client.send({ where: room.name, text: 'Yes', replyTo: theirs.id, mentions: ['Bob'] })
    assert.equal(mine.state, 'queued')
    await client.react({ id: theirs.id, emoji: '🎂' })
    await client.react({ id: theirs.id, emoji: '🎂', remove: true })
    await client.edit({ id: mine.id, text: 'Yes, please' })
    await assert.rejects(client.edit({ id: theirs.id, text: 'No' }), { status: 403, code: 'not-allowed' })
    await client.setUnsentEdit({ id: mine.id, text: 'Yes, ple' })
    const unsent = async () =>
      (await client.conversations({})).conversations.map(({ unsentEdit }) => unsentEdit?.text)
    assert.ok((await unsent()).includes('Yes, ple'))
    await client.setUnsentEdit({ id: mine.id, text: null })
    assert.ok(!(await unsent()).includes('Yes, ple'))
    const report = await client.delivery({ id: mine.id })
    assert.deepEqual([report.recipients[0]?.name, report.recipients[0]?.state], ['Bob', 'waiting'])
    assert.equal(report.recipients[0]?.devices[0]?.why, 'away')
    assert.equal(report.holders[0]?.role, 'keeper')
    await assert.rejects(client.delivery({ id: theirs.id }), { status: 403, code: 'not-allowed' })
    const page = await client.messages({ where: room.name, limit: 1 })
    assert.deepEqual([page.messages[0]?.text, page.more], ['Yes, please', true])
    const older = await client.messages({ where: room.name, before: mine.id })
    assert.deepEqual([older.messages[0]?.id, older.more, older.moreAfter], [theirs.id, false, true])
    const newer = await client.messages({ where: room.name, after: theirs.id })
    assert.deepEqual([newer.messages[0]?.id, newer.more, newer.moreAfter], [mine.id, true, false])
    const around = await client.messages({ where: room.name, around: mine.id, limit: 2 })
    assert.equal(around.messages[1]?.id, mine.id)
    const dated = await client.messages({ where: room.name, at: mine.at })
    assert.equal(dated.messages[0]?.id, mine.id)
    assert.equal((await client.message({ id: mine.id })).text, 'Yes, please')
    await assert.rejects(client.messages({ where: room.name, at: -1 }), { status: 400, code: 'bad-input' })
    await client.deleteMessage({ id: mine.id })
    assert.equal(
      (await client.search({ text: 'Cake', where: room.name, limit: 5 })).messages[0]?.id,
      theirs.id,
    )
    await client.typing({ where: 'Bob' })
    await client.setExpiry({ where: 'Bob', afterMs: 1_000 })
    await client.setDraft({ where: 'Bob', draft: { text: 'Dear' } })
    assert.deepEqual((await client.draft({ where: 'Bob' })).draft, { text: 'Dear' })
    await client.setDraft({ where: 'Bob', draft: null })
    assert.equal((await client.draft({ where: 'Bob' })).draft, null)
    const preferred = { pinned: true, mutedUntil: 'always', archived: true, markedUnread: true } as const
    const { mutedUntil, archived } = await client.setPreferences({ where: 'Bob', ...preferred })
    assert.deepEqual([mutedUntil, archived], ['always', true])
    const heard = await client.setPreferences({ where: 'Bob', mutedUntil: null })
    assert.deepEqual([heard.mutedUntil, heard.pinned], [undefined, true])
    for (const bad of [{ mutedUntil: -1 }, { mutedUntil: 'never' }, { pinned: null }])
      await assert.rejects(client.setPreferences({ where: 'Bob', ...(bad as object) }), { code: 'bad-input' })
    await client.read({ where: room.name, upTo: theirs.id })
    const { conversations } = await client.conversations({ circle: 'Family' })
    assert.deepEqual(
      conversations.map(({ kind, unread }) => [kind, unread]),
      [
        ['circle', 0],
        ['direct', 0],
        ['room', 0],
      ],
    )
  })

  test('gives back exactly what the device said, route by route', async (t) => {
    const { client, device } = await servedFamily(t)
    device.arrive('Bob', 'hello')
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
    assert.deepEqual(await client.status(), plain(await device.status()))
    assert.deepEqual(await client.circle({ circle: 'Family' }), plain(await device.circle('Family')))
    assert.deepEqual(
      (await client.members({ circle: 'Family' })).members,
      plain(await device.members('Family')),
    )
    assert.deepEqual((await client.peers()).peers, plain(await device.peers()))
    assert.deepEqual((await client.conversations()).conversations, plain(await device.conversations()))
    assert.deepEqual(
      await client.messages({ where: 'Bob' }),
      plain(await device.messages({ where: 'Bob', limit: 50 })),
    )
  })

  test('has a method for every route of the table', async (t) => {
    const { client } = await served(t)
    for (const name of Object.keys(ROUTES))
      assert.equal(typeof client[name as keyof Client], 'function', name)
  })

  test('says so when nothing answers, or something else does', async (t) => {
    const nobody = createClient({ url: 'http://127.0.0.1:9', token: 'x' })
    await assert.rejects(nobody.status(), { name: 'ApiFault', status: 0, code: 'not-running' })
    const odd = (body: string, status = 200) =>
      createClient({
        url: 'http://127.0.0.1',
        token: 'x',
        fetch: () => Promise.resolve(new Response(body, { status })),
      })
    await assert.rejects(odd('<html>').status(), { code: 'bad-answer' })
    await assert.rejects(odd('{}').status(), { code: 'bad-answer' })
    await assert.rejects(odd('{"fine":true}', 500).status(), { status: 500, code: 'bad-answer' })
    const { client } = await served(t)
    await assert.rejects(client.status({}, { signal: AbortSignal.abort() }), { name: 'AbortError' })
    assert.ok(!((await client.status().catch((error: unknown) => error)) instanceof ApiFault))
  })
})
