/** What Alice and Bob do with messages, each in their own page: the devices are processes that talk over loopback. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { eventually, inOneCircle, scene, skip } from './scene.ts'

const PASSPHRASE = 'correct horse battery staple'

const field = (page: Page) => page.getByRole('textbox', { name: 'Message to Circle' })
const said = (page: Page, text: string) => page.getByRole('article').filter({ hasText: text })

async function openCircle(page: Page): Promise<void> {
  await page
    .getByRole('link', { name: /Circle/ })
    .last()
    .click()
}

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text)
  await field(page).press('Enter')
}

/** From the message's own menu. */
async function choose(page: Page, text: string, choice: string): Promise<void> {
  await said(page, text).click({ button: 'right', position: { x: 5, y: 5 } })
  await page.getByRole('menuitem', { name: choice }).click()
}

test('two people and their messages', { skip }, async (t) => {
  const { device, open } = await scene(t, { passphrase: PASSPHRASE })
  const [alices, bobs] = await Promise.all([device('Alice'), device('Bob')])
  const circle = await inOneCircle(alices, bobs)
  const [alice, bob] = await Promise.all([open(alices), open(bobs)])
  await Promise.all([openCircle(alice), openCircle(bob)])

  await t.test(
    'by keyboard alone: one stop of Tab, arrows between messages, Enter for what to do',
    async () => {
      for (const text of ['First', 'Second', 'Third']) {
        await say(alice, text)
        await said(alice, text).waitFor()
      }
      await field(alice).focus()
      await backToMessages(alice)
      await assertFocused(alice, 'Third')
      await alice.keyboard.press('ArrowUp')
      await assertFocused(alice, 'Second')
      await alice.keyboard.press('Home')
      await assertFocused(alice, 'First')
      await alice.keyboard.press('End')
      await assertFocused(alice, 'Third')
      await alice.keyboard.press('Enter')
      await alice.getByRole('menu').waitFor()
      await assertAccessible(alice, 'the menu of a message')
      await alice.keyboard.press('Escape')
      await assertFocused(alice, 'Third')
      await alice.keyboard.press('Enter')
      await alice.getByRole('menuitem', { name: 'What and when' }).press('Enter')
      await alice.getByRole('dialog', { name: 'About this message' }).waitFor()
      await assertAccessible(alice, 'what is known of a message')
      await alice.keyboard.press('Escape')
    },
  )

  await t.test('what one writes comes to the other, with how far it got', async () => {
    await say(alice, 'Training is **at six**, see [the plan](https://plan.example/today) and `row()`')
    const there = said(bob, 'Training is')
    await there.waitFor()
    assert.equal(await there.locator('strong').innerText(), 'at six')
    const link = there.getByRole('link', { name: 'the plan' })
    assert.equal(await link.getAttribute('href'), 'https://plan.example/today')
    assert.match((await link.getAttribute('rel')) ?? '', /noreferrer/)
    await there.getByText('(plan.example)').waitFor()
    await said(alice, 'Training is').getByText('Read', { exact: true }).waitFor()
    await assertAccessible(bob, 'a conversation')
  })

  await t.test('reply, reaction, edit and deletion are seen by both', async () => {
    await say(alice, 'Who brings the boat?')
    await said(bob, 'Who brings').click()
    await said(bob, 'Who brings').getByRole('button', { name: 'Reply' }).click()
    await bob.keyboard.type('I do')
    await bob.keyboard.press('Enter')
    const answer = said(alice, 'I do')
    await answer.getByRole('button', { name: /In reply to: You Who brings/ }).waitFor()
    await answer.hover()
    await answer.getByRole('button', { name: 'React' }).click()
    await alice.getByRole('option', { name: 'Thumbs up' }).click()
    await said(bob, 'I do').getByRole('button', { name: 'Thumbs up: Alice' }).waitFor()
    // ArrowUp in the empty field edits what one wrote last.
    await field(bob).press('ArrowUp')
    await bob.getByRole('textbox', { name: 'Editing a message' }).fill('Carol does')
    await bob.keyboard.press('Enter')
    await said(alice, 'Carol does').getByText('edited').waitFor()
    await choose(bob, 'Carol does', 'Delete for everyone')
    await assertAccessible(bob, 'the question before deleting')
    await bob.getByRole('button', { name: 'Delete' }).click()
    await said(alice, 'Deleted').waitFor()
    assert.equal(await said(alice, 'Carol does').count(), 0)
  })

  await t.test('a mention is chosen by name, a draft is kept, and typing is told', async () => {
    const told = bob.getByText('Alice is writing…').first().waitFor()
    await field(alice).pressSequentially('Ask @bo')
    await told
    await alice.getByRole('option', { name: 'Bob' }).waitFor()
    await assertAccessible(alice, 'the names to mention')
    await alice.keyboard.press('Enter')
    assert.equal(await field(alice).inputValue(), 'Ask @Bob ')
    await field(alice).pressSequentially('about it')
    await eventually('the device has the draft', async () => {
      const { conversations } = await alices.client.conversations({})
      return conversations.find(({ draft }) => draft?.text === 'Ask @Bob about it')
    })
    await alice.reload()
    assert.equal(await field(alice).inputValue(), 'Ask @Bob about it')
    await field(alice).press('Enter')
    await said(bob, 'about it').locator('.mention', { hasText: '@Bob' }).waitFor()
  })

  await t.test('what was refused comes back as the answer that it was', async () => {
    await alice.route('**/api/messages', (route) =>
      route.request().method() === 'POST'
        ? route.fulfill({ status: 409, json: { error: { code: 'of-tomorrow', message: 'Not now.' } } })
        : route.fallback(),
    )
    await choose(alice, 'First', 'Reply')
    await say(alice, 'The very first')
    await alice.getByRole('alert').getByText('Not now.').waitFor()
    assert.equal(await field(alice).inputValue(), 'The very first')
    await alice.unroute('**/api/messages')
    await field(alice).press('Enter')
    await said(bob, 'The very first')
      .getByRole('button', { name: /In reply to: Alice First/ })
      .waitFor()
  })

  await t.test('each of several that were refused comes back', async () => {
    const { promise: both, resolve } = Promise.withResolvers<true>()
    let asked = 0
    await alice.route('**/api/messages', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback()
      if (++asked === 2) resolve(true)
      await both
      return route.fulfill({ status: 409, json: { error: { code: 'of-tomorrow', message: 'Not now.' } } })
    })
    await say(alice, 'One more')
    await say(alice, 'And another')
    await eventually('both to be in the field', async () => {
      const lines = (await field(alice).inputValue()).split('\n').sort()
      return lines.join() === 'And another,One more' ? true : undefined
    })
    await alice.unroute('**/api/messages')
    await field(alice).fill('')
  })

  await t.test('what a lock came in the way of is in the field again once it is unlocked', async () => {
    const unlocked = async (text: string): Promise<void> => {
      await alice.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
      await alice.keyboard.press('Enter')
      await eventually('it to be in the field', async () =>
        (await field(alice).inputValue()) === text ? true : undefined,
      )
      await field(alice).fill('')
    }
    const draft = async (): Promise<string | undefined> => {
      const { conversations } = await alices.client.conversations({})
      return conversations.find(({ conversation }) => alice.url().endsWith(conversation))?.draft?.text
    }
    // As it is sent, the device is locked by somebody else.
    await alice.route('**/api/messages', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback()
      void alices.client.lock()
      await eventually('it to be locked', async () =>
        (await alices.client.status()).state === 'locked' ? true : undefined,
      )
      await route.continue()
    })
    await field(alice).pressSequentially('See you at the pier')
    await field(alice).press('Enter')
    await unlocked('See you at the pier')
    await alice.unroute('**/api/messages')
    await eventually('the draft to be gone', async () => ((await draft()) === undefined ? true : undefined))
    assert.equal(await said(bob, 'at the pier').count(), 0)

    await field(alice).pressSequentially('Half a thou')
    await alices.client.lock()
    await unlocked('Half a thou')

    // A change of what was said, too: it is refused, and goes on where it was.
    await say(alice, 'See you at the pear')
    await said(bob, 'at the pear').waitFor()
    await alice.route('**/api/messages/edit', async (route) => {
      void alices.client.lock()
      await eventually('it to be locked', async () =>
        (await alices.client.status()).state === 'locked' ? true : undefined,
      )
      await route.continue()
    })
    await choose(alice, 'at the pear', 'Edit')
    const change = alice.getByRole('textbox', { name: 'Editing a message' })
    await change.fill('See you at the pier')
    await change.press('Enter')
    await alice.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
    await alice.keyboard.press('Enter')
    await eventually('the change to be in the field', async () =>
      (await change.inputValue()) === 'See you at the pier' ? true : undefined,
    )
    await alice.unroute('**/api/messages/edit')
    assert.equal(await said(bob, 'at the pier').count(), 0)
    await change.press('Enter')
    await said(bob, 'at the pier').getByText('edited').waitFor()
    assert.equal(await field(alice).inputValue(), '')
    await alice.reload()
    assert.equal(await field(alice).inputValue(), '')
  })

  await t.test('many are selected, forwarded and searched for', async () => {
    await say(alice, 'The key is under the mat')
    await say(alice, 'The boat is red')
    await choose(alice, 'The boat is', 'Select')
    await said(alice, 'The key').getByRole('checkbox').check()
    await alice.getByText('2 selected').waitFor()
    await assertAccessible(alice, 'selected messages')
    await alice.getByRole('button', { name: 'Forward' }).click()
    await alice.getByRole('option', { name: /Notes to self/ }).click()
    await assertAccessible(alice, 'where to forward')
    await alice.getByRole('button', { name: 'Forward to 1 conversation' }).click()
    await alice.getByRole('link', { name: /Notes to self/ }).click()
    await said(alice, 'The boat is red').getByText('Kept on this device', { exact: true }).waitFor()
    await openCircle(alice)
    await said(bob, 'The boat is red').waitFor()
    await bob.getByRole('button', { name: 'Search messages' }).click()
    await bob.getByRole('searchbox', { name: 'Words to find' }).fill('mat')
    const found = bob.getByRole('button', { name: /The key is under the mat/ })
    await found.waitFor()
    await assertAccessible(bob, 'what was found')
    await found.click()
    await said(bob, 'The key').and(bob.locator('[data-flash="true"]')).waitFor()
  })

  await t.test('many are selected and deleted: one’s own for all, those of others here', async () => {
    await say(bob, 'Mine to keep')
    await choose(alice, 'The boat is', 'Select')
    for (const text of ['The key', 'Mine to keep']) await said(alice, text).getByRole('checkbox').check()
    await alice.getByRole('button', { name: 'Delete' }).click()
    const dialog = alice.getByRole('alertdialog', { name: 'Delete 3 messages?' })
    await dialog.getByText(/^2 of your own go from the devices of everyone/).waitFor()
    await dialog.getByText(/^A message of someone else goes from this device only/).waitFor()
    await assertAccessible(alice, 'the question before many are deleted')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await said(alice, 'Mine to keep').waitFor({ state: 'detached' })
    for (const text of ['The key', 'The boat is']) await said(bob, text).waitFor({ state: 'detached' })
    await said(bob, 'Mine to keep').waitFor()
    await alice.getByRole('toolbar', { name: 'Selected messages' }).waitFor({ state: 'detached' })
  })

  await t.test('messages disappear on both sides when a time is set', async () => {
    await alice.getByRole('button', { name: 'More for this conversation' }).click()
    await alice.getByRole('menuitem', { name: 'Disappearing messages' }).click()
    await alice.getByText('1 hr', { exact: true }).click()
    await assertAccessible(alice, 'disappearing messages')
    await alice.getByRole('button', { name: 'Save' }).click()
    await said(bob, 'set messages to disappear after 1 hr').waitFor()
    await say(alice, 'Gone in an hour')
    await said(bob, 'Gone in an hour').getByText('Disappears in').waitFor()
  })

  await t.test('on a small phone, dark, from right to left: nothing is cut off', async () => {
    const long = 'x'.repeat(300)
    const { id } = await bobs.client.send({ where: circle, text: `**${long}**\n\n\`\`\`\n${long}\n\`\`\`` })
    await said(alice, long).waitFor()
    await alices.client.react({ id, emoji: '👍' })
    await alices.client.send({ where: circle, text: 'https://example.org/' + long, replyTo: id })
    const page = await open(alices, {
      viewport: { width: 320, height: 640 },
      colorScheme: 'dark',
      locale: 'ar',
      hasTouch: true,
      isMobile: true,
    })
    await openCircle(page)
    await page.getByRole('article').filter({ hasText: 'example.org' }).waitFor()
    assert.equal(await page.evaluate(() => document.documentElement.dir), 'rtl')
    await assertAccessible(page, 'a conversation on a phone')
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll('.conversation, .bubble, .composer, .conversation-head')]
        .filter((element) => {
          const { left, right } = element.getBoundingClientRect()
          return left < -1 || right > innerWidth + 1
        })
        .map(({ className }) => className),
    )
    assert.deepEqual(cut, [])
    await page.locator('.composer textarea').fill('One line')
    await page.keyboard.press('Enter')
    await page.keyboard.type('and another')
    assert.equal(await page.locator('.composer textarea').inputValue(), 'One line\nand another')
    await page.locator('.composer button[type=submit]').tap()
    await said(bob, 'and another').waitFor()
  })
})

/** Past the buttons beside the field: few, however many messages there are. */
async function backToMessages(page: Page): Promise<void> {
  for (let stops = 0; stops < 4; stops++) {
    await page.keyboard.press('Shift+Tab')
    if ((await page.locator('article:focus').count()) > 0) return
  }
}

async function assertFocused(page: Page, text: string): Promise<void> {
  await page.locator('article:focus', { hasText: text }).waitFor()
}
