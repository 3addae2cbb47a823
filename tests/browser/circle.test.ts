/** A circle and who is in it: what each role may, rules that several agree to, rooms, suspensions, and the ways out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { showCircle } from './places.ts'
import { eventually, inOneCircle, scene, skip } from './scene.ts'

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const rowOf = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) })
const rule = (page: Page, name: string) => page.getByRole('region', { name })

test(
  'a circle of three, from the first invitation to its end, each seen by all at once',
  { skip },
  async (t) => {
    const { device, open } = await scene(t)
    const devices = await Promise.all([device('Alice'), device('Bob'), device('Carol')])
    const [aliceDevice, bobDevice, carolDevice] = devices
    const circle = await inOneCircle(aliceDevice, bobDevice)
    const { link } = await aliceDevice.client.invite({ circle, role: 'keeper' })
    await carolDevice.client.join({ link })
    const [alice, bob, carol] = await Promise.all(devices.map((one) => open(one)))
    assert.ok(alice && bob && carol)

    await t.test('a keeper sees that it keeps, and nothing of what is said', async () => {
      await showCircle(carol, circle, 'overview')
      await carol.getByText(/^Keeper\. This device holds messages that it cannot read/).waitFor()
      await assertAccessible(carol, 'the page of a keeper')
      await assertOffersNothing(carol, circle)
      assert.deepEqual(kindsOf((await carolDevice.client.conversations({})).conversations), ['self'])
    })

    await t.test('a guest is in rooms that others put them in, and nowhere else', async () => {
      await changeRole(alice, circle, 'Carol', 'Guest')
      await showCircle(carol, circle, 'overview')
      await carol.getByText(/^Guest\. You are in the rooms that others put you in\./).waitFor()
      await assertOffersNothing(carol, circle)
      await makeRoom(alice, circle, 'Guests', 'Carol')
      await say(alice, 'Guests', 'Welcome, Carol.')
      await carol.getByRole('link', { name: /^Guests/ }).click()
      await say(carol, 'Guests', 'Glad to be here.')
      await alice.getByRole('feed').getByText('Glad to be here.').waitFor()
      const { conversations } = await carolDevice.client.conversations({})
      assert.deepEqual(kindsOf(conversations), ['room', 'self'])
      await showCircle(carol, circle, 'members')
      assert.equal(await button(carol, 'Write to Alice').count(), 0)
    })

    await t.test('a member writes to all, and to one alone; a room is for those who are in it', async () => {
      await changeRole(alice, circle, 'Carol', 'Member')
      await showCircle(carol, circle, 'overview')
      await carol.getByText(/^Member\. You write to all/).waitFor()
      await showCircle(alice, circle, 'rooms')
      await assertAccessible(alice, 'rooms')
      await makeRoom(alice, circle, 'Surprise', 'Bob')
      await say(alice, 'Surprise', 'Carol turns forty.')
      await bob
        .getByRole('link', { name: /Surprise/ })
        .first()
        .click()
      await bob.getByRole('feed').getByText('Carol turns forty.').waitFor()
      const { conversations } = await carolDevice.client.conversations({})
      assert.ok(conversations.every(({ name }) => name !== 'Surprise'))
      await showCircle(alice, circle, 'members')
      await button(alice, 'Write to Carol').click()
      await say(alice, 'Carol', 'Are you free on Sunday?')
    })

    await t.test('a role, and a rule that two have to agree to', async () => {
      await showCircle(bob, circle, 'overview')
      await changeRole(alice, circle, 'Bob', 'Admin', () => assertAccessible(alice, 'changing a role'))
      await bob.getByText(/^Admin\. You invite and remove/).waitFor()
      await assertAccessible(bob, 'the overview')
      await showCircle(alice, circle, 'policies')
      await showCircle(bob, circle, 'policies')
      await choose(alice, 'How many must agree', '2 of them')
      await rule(bob, 'How many must agree')
        .getByRole('button', { name: /2 of them/ })
        .waitFor()
      await choose(alice, 'What newcomers can read', 'Everything')
      await rule(bob, 'What newcomers can read')
        .getByRole('button', { name: /Everything/ })
        .waitFor()
      await choose(alice, 'How many must agree', 'One is enough')
      await rule(alice, 'How many must agree').getByText('1 of 2 agree.').waitFor()
      await assertAccessible(alice, 'a rule that waits')
      await button(bob, 'Agree').click()
      for (const page of [alice, bob])
        await rule(page, 'How many must agree')
          .getByRole('button', { name: /One is enough/ })
          .waitFor()
    })

    await t.test('a suspension stops everything at once, and a restoration gives it back', async () => {
      await openCircle(carol)
      await govern(alice, circle, 'Carol', 'Suspend', () =>
        assertAccessible(alice, 'asking before a suspension'),
      )
      await rowOf(alice, 'Carol').getByText('Suspended').waitFor()
      await showCircle(carol, circle, 'overview')
      await carol.getByText('You are suspended in this circle').waitFor()
      await carol.getByText(/^By Alice, /).waitFor()
      await assertAccessible(carol, 'suspended')
      await assertOffersNothing(carol, circle)
      await govern(alice, circle, 'Carol', 'Restore')
      await carol.getByText('You are suspended in this circle').waitFor({ state: 'detached' })
      await openCircle(carol)
      await say(carol, 'Circle', 'I am back.')
      await eventually('Alice has it', async () => {
        const { messages } = await aliceDevice.client.messages({ where: circle })
        return messages.find(({ text }) => text === 'I am back.')
      })
    })

    await t.test('who is removed hears of it, and by whom', async () => {
      await govern(alice, circle, 'Carol', 'Remove', () => assertAccessible(alice, 'asking before a removal'))
      await showCircle(carol, circle, 'overview')
      await carol.getByText('You were removed from this circle').waitFor()
      await carol.getByText(/^By Alice, /).waitFor()
      await rowOf(alice, 'Carol').waitFor({ state: 'detached' })
    })

    await t.test('ownership is handed on, after one typed to whom', async () => {
      await showCircle(bob, circle, 'overview')
      await showCircle(alice, circle, 'overview')
      await button(alice, 'Hand on ownership').click()
      await button(alice, 'Continue').click()
      const dialog = alice.getByRole('alertdialog', { name: 'Make Bob the owner?' })
      const confirm = dialog.getByRole('button', { name: 'Hand on' })
      assert.equal(await confirm.isDisabled(), true, 'nothing is done by one slip')
      await dialog.getByRole('textbox', { name: 'Type Bob to confirm' }).fill('Bob')
      await assertAccessible(alice, 'handing on ownership')
      await confirm.click()
      await alice.getByText(/^Admin\. You invite and remove/).waitFor()
      await bob.getByText(/^Owner\. You decide about everything/).waitFor()
      assert.equal(await button(alice, 'End the circle for all').count(), 0)
    })

    await t.test('the owner ends it for all', async () => {
      await button(bob, 'End the circle for all').click()
      const dialog = bob.getByRole('alertdialog', { name: 'End Circle for all?' })
      await dialog.getByRole('textbox', { name: 'Type Circle to confirm' }).fill('Circle')
      await assertAccessible(bob, 'ending a circle')
      await dialog.getByRole('button', { name: 'End the circle for all' }).click()
      for (const page of [bob, alice]) await page.getByText('This circle was ended').waitFor()
      await alice.getByText(/^By Bob, /).waitFor()
      await assertOffersNothing(alice, circle)
      await assertAccessible(alice, 'a circle that was ended')
    })

    await t.test('the only owner hears what leaving means, and can leave all the same', async () => {
      const other = await inOneCircle(aliceDevice, carolDevice)
      await showCircle(alice, other, 'overview')
      await button(alice, 'Leave the circle').click()
      const dialog = alice.getByRole('alertdialog', { name: 'Leave Circle?' })
      const leave = dialog.getByRole('button', { name: 'Leave the circle' })
      assert.equal(await leave.isDisabled(), true, 'nothing is done by one slip')
      await dialog.getByRole('textbox', { name: 'Type Circle to confirm' }).fill('Circle')
      await leave.click()
      await dialog.getByText(/^You are the only owner of Circle/).waitFor()
      await assertAccessible(alice, 'the only owner leaves')
      await dialog.getByRole('button', { name: 'Leave all the same' }).click()
      await dialog.waitFor({ state: 'detached' })
      await showCircle(alice, other, 'overview')
      await alice.getByText('You left this circle').waitFor()
      await alice.getByText(/^By you, /).waitFor()
    })
  },
)

/** No button of what that person may not do, in any part of the circle. */
async function assertOffersNothing(page: Page, circle: string): Promise<void> {
  const offers =
    /^(Manage|Put out|Change|Create the room|Make the invitation|End the circle for all|Hand on ownership)/
  for (const part of ['members', 'rooms', 'policies', 'overview'] as const) {
    await showCircle(page, circle, part)
    await page.getByRole('tabpanel').locator('p, dt').first().waitFor()
    assert.equal(await page.getByRole('tabpanel').getByRole('button', { name: offers }).count(), 0, part)
  }
}

function kindsOf(conversations: readonly { readonly kind: string }[]): readonly string[] {
  return conversations.map(({ kind }) => kind).sort()
}

async function openCircle(page: Page): Promise<void> {
  await page
    .getByRole('link', { name: /^Circle/ })
    .last()
    .click()
}

async function changeRole(
  page: Page,
  circle: string,
  name: string,
  role: string,
  look: () => Promise<void> = async () => {},
): Promise<void> {
  await showCircle(page, circle, 'members')
  await button(page, `Manage ${name}`).click()
  await page.getByRole('menuitem', { name: 'Change role' }).click()
  await page.getByText(new RegExp(`^${role}: `)).click()
  await look()
  await button(page, 'Change').click()
  await rowOf(page, name).getByText(role, { exact: true }).waitFor()
}

async function govern(
  page: Page,
  circle: string,
  name: string,
  deed: string,
  look: () => Promise<void> = async () => {},
): Promise<void> {
  await showCircle(page, circle, 'members')
  await button(page, `Manage ${name}`).click()
  await page.getByRole('menuitem', { name: deed }).click()
  await look()
  await button(page, deed).click()
  await page.getByRole('alertdialog').waitFor({ state: 'detached' })
}

async function makeRoom(page: Page, circle: string, name: string, member: string): Promise<void> {
  await showCircle(page, circle, 'rooms')
  await page.getByRole('textbox', { name: 'Name of the room' }).fill(name)
  await page.getByRole('checkbox', { name: member }).check()
  await button(page, 'Create the room').click()
}

async function choose(page: Page, named: string, value: string): Promise<void> {
  await rule(page, named).getByRole('button').click()
  await page.getByRole('option', { name: value, exact: true }).click()
}

async function say(page: Page, where: string, text: string): Promise<void> {
  const composer = page.getByRole('textbox', { name: `Message to ${where}` })
  await composer.fill(text)
  await composer.press('Enter')
  await page.getByRole('feed').getByText(text).waitFor()
}
