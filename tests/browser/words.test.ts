/** What the device says, and what became of what failed, in the language of the page: nothing of it is left in English. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { outcomeOf, type Act } from '../../packages/web/src/design/outcome.ts'
import { AR } from '../../packages/web/src/i18n/ar/index.ts'
import { textsOf } from '../../packages/web/src/i18n/context.ts'
import { DE } from '../../packages/web/src/i18n/de/index.ts'
import { WORDS_AR } from '../../packages/web/src/i18n/words/ar/index.ts'
import { WORDS_DE } from '../../packages/web/src/i18n/words/de/index.ts'
import { deviceWords } from '../../packages/web/src/i18n/words/words.ts'
import { assertAccessible } from './axe.ts'
import { goTo, showCircle, showSettings } from './places.ts'
import { inOneCircle, scene, skip } from './scene.ts'

const LANGUAGES = {
  de: { texts: textsOf('de', DE), words: WORDS_DE },
  ar: { texts: textsOf('ar', AR), words: WORDS_AR },
} as const

/** Words that neither German nor Arabic has. */
const ENGLISH = /\b(the|is|were|not|of|and|your|you|it|this|that|there|device|message|file|try|again)\b/iu

/** Nothing in English, neither marked nor unmarked. */
async function assertNoEnglish(place: Locator): Promise<string> {
  const text = await place.innerText()
  assert.doesNotMatch(text, ENGLISH)
  assert.equal(await place.locator('[lang=en]').count(), 0, text)
  return text
}

const PASSPHRASE = 'five random words for this'

const FULL = { code: 'disk-full', message: 'The disk is full.', remedy: 'Make room on it.' }
/** What the page says of it, message and remedy. */
function fullIn(locale: keyof typeof LANGUAGES): readonly [message: string, remedy: string] {
  const { message, remedy = '', isOurs } = deviceWords(locale, LANGUAGES[locale].words).said(FULL)
  assert.ok(isOurs && !message.includes('{'), message)
  return [message, remedy]
}

const isChange = (method: string): boolean => method !== 'GET'

/** From now on the device refuses what changes something at `path`, until the promise's function is called. */
async function refuse(page: Page, path: string, error: object, status = 503): Promise<() => Promise<void>> {
  await page.route(`**${path}`, (route) =>
    isChange(route.request().method()) ? route.fulfill({ status, json: { error } }) : route.fallback(),
  )
  return () => page.unroute(`**${path}`)
}

test('faults, warnings and records in German and Arabic', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'triode-words-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const { device, open } = await scene(t, { passphrase: PASSPHRASE })
  const [alice, bob] = await Promise.all([device('Alice'), device('Bob')])
  const circle = await inOneCircle(alice, bob)
  await alice.client.setFileSettings({ autoFetchBytes: 0 })
  await alice.client.send({ where: circle, text: '12:30' })
  const { conversation } = await alice.client.resolve({ where: circle })
  const path = join(folder, 'boat.bin')
  writeFileSync(path, Buffer.alloc(100_000, 7))
  await bob.client.sendFiles({ where: circle, paths: [path] })

  for (const locale of ['de', 'ar'] as const) {
    const { texts, words } = LANGUAGES[locale]
    const { t: say } = texts
    const page = await open(alice, { locale, expected: /status of 503|ERR_FAILED/u })
    const button = (name: string, within: Page | Locator = page): Locator =>
      within.getByRole('button', { name, exact: true })
    const field = page.getByRole('textbox', { name: say('composer.label', { name: 'Circle' }) })
    const mine = page.getByRole('article').filter({ hasText: '12:30' })
    const choose = async (item: string): Promise<void> => {
      await mine.press('Enter')
      await page.getByRole('menuitem', { name: item, exact: true }).click()
    }
    const toConversation = async (): Promise<void> => {
      await goTo(page, `/c/${conversation}`)
      await mine.waitFor()
    }

    /** Each act of the page that the tests lead to, by the path that it asks, and what is done for it. */
    const acts: readonly [Act, string, () => Promise<void>][] = [
      [
        'send',
        '/api/messages',
        async () => {
          await field.fill('42')
          await field.press('Enter')
        },
      ],
      [
        'edit',
        '/api/messages/edit',
        async () => {
          await choose(say('action.edit'))
          const editing = page.getByRole('textbox', { name: say('composer.editing') })
          await editing.fill('12:45')
          await editing.press('Enter')
        },
      ],
      [
        'react',
        '/api/messages/react',
        async () => {
          await choose(say('action.react'))
          await page.getByRole('option', { name: say('emoji.heart') }).click()
        },
      ],
      [
        'delete',
        '/api/messages/delete',
        async () => {
          await choose(say('delete.all'))
          await button(say('action.delete')).click()
        },
      ],
      [
        'forward',
        '/api/messages',
        async () => {
          await choose(say('action.forward'))
          await page.getByRole('dialog').getByRole('option').first().click()
          await button(say('forward.send', { count: 1 })).click()
        },
      ],
      [
        'attach',
        '/api/files',
        async () => {
          await page
            .locator('input[type=file]')
            .first()
            .setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: Buffer.from('a') })
          await field.press('Enter')
        },
      ],
      ['getFile', '/api/file/get', () => button(say('files.get', { name: 'boat.bin' })).click()],
      [
        'invite',
        '/api/invitations',
        async () => {
          await showCircle(page, circle, 'invitations')
          await button(say('invite.make')).click()
        },
      ],
      [
        'room',
        '/api/rooms',
        async () => {
          await showCircle(page, circle, 'rooms')
          await page.getByRole('textbox', { name: say('rooms.name') }).fill('42')
          await button(say('rooms.create.action')).click()
        },
      ],
      [
        'join',
        '/api/join',
        async () => {
          await goTo(page, '/start')
          await page.getByRole('textbox', { name: say('begin.link'), exact: true }).fill('triode:aa')
          await button(say('begin.join.action')).click()
        },
      ],
      [
        'passphrase',
        '/api/passphrase',
        async () => {
          await showSettings(page, 'device')
          await page.getByLabel(say('device.passphrase.current'), { exact: true }).fill('12345678901')
          await page.getByLabel(say('device.passphrase.next'), { exact: true }).fill('12345678902')
          await page.getByLabel(say('device.passphrase.again'), { exact: true }).fill('12345678902')
          await button(say('device.passphrase.change')).click()
        },
      ],
      [
        'backup',
        '/api/backup/offer',
        async () => {
          await showSettings(page, 'device')
          await button(say('device.backup.make')).click()
        },
      ],
      ['lock', '/api/lock', () => button(say('nav.lock')).first().click()],
    ]

    await t.test(
      `each act that fails says what happened, what became of it and what to do, in ${locale}`,
      async () => {
        await toConversation()
        for (const [act, api, run] of acts) {
          const allow = await refuse(page, api, FULL)
          await run()
          const alert = page.getByRole('alert').filter({ hasText: fullIn(locale)[0] })
          await alert.first().waitFor()
          const text = await assertNoEnglish(alert.first())
          for (const part of [...fullIn(locale), outcomeOf(say, act, FULL)])
            assert.ok(text.includes(part), `${act}: ${part}\n${text}`)
          await allow()
          if (act === 'send')
            assert.equal(await field.inputValue(), '42', 'what was not sent is in the field')
          await page.keyboard.press('Escape')
          await page.reload()
          await toConversation()
          if (act === 'send') await field.fill('')
        }
        await assertAccessible(page, `a conversation after that, in ${locale}`, 'names')
      },
    )

    await t.test(`where no answer comes, ${locale} does not say that nothing was sent`, async () => {
      await toConversation()
      await page.route('**/api/messages', (route) =>
        isChange(route.request().method()) ? route.abort() : route.fallback(),
      )
      await field.fill('42')
      await field.press('Enter')
      const alert = page.getByRole('alert').filter({ hasText: words.faults['not-running'][0] })
      const text = await assertNoEnglish(alert)
      assert.ok(text.includes(outcomeOf(say, 'send', { code: 'not-running' })), text)
      await page.unroute('**/api/messages')
      await field.fill('')
    })

    await t.test(
      `a fault whose code the page does not know stands as the device worded it, marked so, in ${locale}`,
      async () => {
        await toConversation()
        const allow = await refuse(
          page,
          '/api/messages',
          { code: 'of-tomorrow', message: 'Something new.' },
          409,
        )
        await field.fill('42')
        await field.press('Enter')
        await page.getByRole('alert').locator('[lang=en][dir=ltr]', { hasText: 'Something new.' }).waitFor()
        await page
          .getByRole('alert')
          .getByText(outcomeOf(say, 'send', { code: 'of-tomorrow' }))
          .waitFor()
        await allow()
        await field.fill('')
      },
    )

    await t.test(`warnings of the device are in ${locale}`, async () => {
      const details = { circle: 'Circle', days: 3, of: 'behind' }
      const warnings = [
        { code: 'clock-differs', message: 'A device calls.', remedy: 'Set it.', details },
        { code: 'disk-full', message: 'The disk is full.', remedy: 'Make room.' },
      ]
      await page.route('**/api/status', async (route) => {
        const answer = await route.fetch()
        await route.fulfill({ json: { ...((await answer.json()) as object), warnings } })
      })
      await page.reload()
      const banner = page
        .locator('.banners')
        .getByRole('alert')
        .filter({ hasText: fullIn(locale)[0] })
      await banner.waitFor()
      const text = await assertNoEnglish(page.locator('.banners'))
      assert.match(text, /Circle/u)
      await page.unroute('**/api/status')
    })

    await t.test(`the audit log is in ${locale}`, async () => {
      await page.reload()
      await showSettings(page, 'audit')
      await page.getByText(words.events['circle-created']).waitFor()
      const text = await assertNoEnglish(page.locator('.audit-records'))
      for (const known of [
        words.events['vault-made'],
        words.fields.circle,
        say('role.name', { role: 'member' }),
      ])
        assert.ok(text.includes(known), known)
    })

    await t.test(`a device that is locked says so of a wrong passphrase, in ${locale}`, async () => {
      await alice.client.lock()
      const field = page.getByLabel(say('unlock.passphrase'), { exact: true })
      await field.fill('123')
      await button(say('unlock.action')).click()
      const alert = page.getByRole('alert')
      await alert.waitFor()
      const text = await assertNoEnglish(alert)
      assert.ok(text.includes(outcomeOf(say, 'unlock', { code: 'wrong-passphrase' })), text)
      await alice.client.unlock({ passphrase: PASSPHRASE })
    })
    await page.close()
  }
})
