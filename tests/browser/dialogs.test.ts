/** Dialogs, menus and forms of a circle and of the settings with text twice as large, and with it spaced out: nothing cut off, nothing beyond the edge. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertFits, spaceOut } from './layout.ts'
import { goTo, showCircle, showSettings } from './places.ts'
import { inOneCircle, scene, skip } from './scene.ts'

const OVERLAY = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]'
const WIDTHS_PX = [320, 1_280]
/** How somebody reads. */
const READERS = [
  ...WIDTHS_PX.map((width) => ({ width, text: 'twice', rootPx: '32px' })),
  { width: 390, text: 'normal', rootPx: '16px' },
] as const

interface Step {
  readonly name: string
  /** Comes to where it is opened. */
  readonly from: (page: Page) => Promise<void>
  readonly show: (page: Page) => Promise<void>
  /** What is there once it is shown; default: a dialog or a menu. */
  readonly shown?: string
}

test(
  'dialogs of a circle and of the settings, with large text and with wide spacing',
  { skip },
  async (t) => {
    const { device, newDevice, open } = await scene(t, {
      channels: ['--channels', 'lan,dht', '--lan-interface', '127.0.0.1'],
    })
    const [alice, bob] = await Promise.all([device('Alice'), device('Bob')])
    const carol = await newDevice('Carol')
    const circle = await inOneCircle(alice, bob)
    await bob.client.setNickname({ circle, nickname: 'Bartholomew Featherstonehaugh' })
    await alice.client.addDevice({ circle })
    await alice.client.invite({ circle })
    const page = await open(alice)
    await page.locator('.list-rows').waitFor()

    for (const { width, text, rootPx } of READERS)
      for (const { name, from, show, shown = OVERLAY } of stepsOf(circle))
        await t.test(
          `${name}, ${width} px wide, text ${text === 'twice' ? 'twice as large' : 'spaced out'}`,
          async () => {
            await page.setViewportSize({ width, height: 720 })
            // What the step before left open goes.
            await goTo(page, '/')
            await page.evaluate((size) => localStorage.setItem('triode-text', size), text)
            await page.reload()
            if (text === 'normal') await spaceOut(page)
            await page.locator('.list-rows, .begin').first().waitFor({ state: 'attached' })
            await from(page)
            await show(page)
            await page.locator(shown).last().waitFor()
            assert.equal(
              await page.evaluate(() => getComputedStyle(document.documentElement).fontSize),
              rootPx,
            )
            await assertFits(page, name)
            assert.deepEqual(await outOfReach(page), [], `${name}: a button can't be come to`)
          },
        )

    await t.test('the screens before one is inside', async () => {
      const fresh = await open(carol)
      await fresh.locator('.threshold').waitFor()
      await fresh.evaluate(() => localStorage.setItem('triode-text', 'twice'))
      for (const width of WIDTHS_PX) {
        await fresh.setViewportSize({ width, height: 720 })
        await fresh.reload()
        await fresh.getByRole('button', { name: 'Suggest random words' }).click()
        await fresh.getByText(/^Filled in for you/).waitFor()
        await assertFits(fresh, `a new device, ${width} px wide`)
        await fresh.getByRole('button', { name: 'I have a backup' }).click()
        await fresh.getByRole('textbox', { name: 'Passphrase of the backup' }).fill('something long')
        await fresh.getByRole('button', { name: 'Restore', exact: true }).click()
        await fresh.getByText('Choose the file of the backup first.').waitFor()
        await assertFits(fresh, `a backup to restore, ${width} px wide`)
      }
      await alice.client.lock()
      await page.getByRole('button', { name: 'Unlock' }).waitFor()
      for (const width of WIDTHS_PX) {
        await page.setViewportSize({ width, height: 720 })
        await assertFits(page, `a locked device, ${width} px wide`)
      }
    })
  },
)

/** Buttons over the page that stay outside of the window wherever one scrolls to. */
function outOfReach(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const isHidden = (element: Element): boolean => {
      const { clipPath } = getComputedStyle(element)
      return clipPath !== 'none' || (element.parentElement !== null && isHidden(element.parentElement))
    }
    const all = [...document.querySelectorAll<HTMLElement>('[role=dialog] button, [role=alertdialog] button')]
    const out = all.filter((button) => {
      // For screen readers alone.
      if (isHidden(button)) return false
      button.scrollIntoView({ block: 'nearest' })
      const { top, bottom, width } = button.getBoundingClientRect()
      return width > 1 && (top < -1 || bottom > innerHeight + 1)
    })
    return out.map((button) => button.outerHTML.slice(0, 160))
  })
}

function stepsOf(circle: string): readonly Step[] {
  return [...stepsOfCircle(circle), ...STEPS_OF_SETTINGS]
}

function stepsOfCircle(circle: string): readonly Step[] {
  const part = (name: string) => (page: Page) => showCircle(page, circle, name)
  const ofBob = (item: string) => async (page: Page) => {
    await page.getByRole('button', { name: /^Manage Bartholomew/ }).click()
    await page.getByRole('menuitem', { name: item, exact: true }).click()
  }
  const button = (name: string | RegExp) => (page: Page) => page.getByRole('button', { name }).first().click()
  const made = async (page: Page) => {
    await button('Make the invitation')(page)
    await page
      .getByText(/^Good for/)
      .first()
      .waitFor()
  }
  return [
    { name: 'what can be done with a member', from: part('members'), show: button(/^Manage Barth/) },
    { name: 'changing a role', from: part('members'), show: ofBob('Change role') },
    { name: 'suspending', from: part('members'), show: ofBob('Suspend') },
    { name: 'removing', from: part('members'), show: ofBob('Remove') },
    { name: 'verifying', from: part('members'), show: button(/^Verify Barth/) },
    {
      name: 'verifying by codes',
      from: part('members'),
      show: async (page) => {
        await button(/^Verify Barth/)(page)
        await page.getByText('Scan codes').click()
        await page.getByRole('img', { name: /^Your code for/ }).waitFor()
      },
    },
    { name: 'handing on', from: part('overview'), show: button('Hand on ownership') },
    { name: 'leaving', from: part('overview'), show: button('Leave the circle') },
    { name: 'ending', from: part('overview'), show: button('End the circle for all') },
    {
      name: 'a role to choose',
      from: part('invitations'),
      show: button(/Role$/),
    },
    { name: 'an invitation made', from: part('invitations'), show: made, shown: '.circle-part' },
    {
      name: 'a spoken invitation made',
      from: part('invitations'),
      show: async (page) => {
        await page.getByText(/^Spoken code/).click()
        await made(page)
      },
      shown: '.circle-part',
    },
    { name: 'naming a device', from: part('devices'), show: button(/^Rename /) },
    {
      name: 'a room to make',
      from: part('rooms'),
      show: (page) => page.getByRole('textbox', { name: 'Name of the room' }).fill('Boat house and oars'),
      shown: '.circle-part',
    },
    { name: 'a rule to choose', from: part('policies'), show: button(/Present rule$/) },
    {
      name: 'a new circle, and one to join',
      from: (page) => goTo(page, '/start'),
      show: async (page) => {
        for (const more of await page.getByText('More choices').all()) await more.click()
      },
      shown: '.begin-ways',
    },
  ]
}

const STEPS_OF_SETTINGS: readonly Step[] = [
  {
    name: 'a passphrase that differs',
    from: (page) => showSettings(page, 'device'),
    show: async (page) => {
      await page.getByRole('textbox', { name: 'Passphrase now' }).fill('something')
      await page.getByRole('textbox', { name: 'New passphrase', exact: true }).fill('correct horse battery')
      await page.getByRole('textbox', { name: 'New passphrase, again' }).fill('correct horse')
      await page.getByRole('button', { name: 'Change passphrase' }).click()
      await page.getByText('The two are not the same.').waitFor()
    },
    shown: '.settings-body',
  },
  {
    name: 'when it locks',
    from: (page) => showSettings(page, 'device'),
    show: (page) => page.getByRole('button', { name: /^Never/ }).click(),
  },
  {
    name: 'the wipe',
    from: (page) => showSettings(page, 'device'),
    show: (page) => page.getByRole('button', { name: 'Wipe this device…' }).click(),
  },
  {
    name: 'a quota to choose',
    from: (page) => showSettings(page, 'storage'),
    show: (page) => page.getByRole('button', { name: /Keep files up to$/ }).click(),
  },
  {
    name: 'a channel that fails, and where it begins',
    from: (page) => showSettings(page, 'channels'),
    show: async (page) => {
      const own = page.getByRole('region', { name: 'Far away, through routers' })
      if ((await own.getByRole('textbox').count()) === 0)
        await own.getByText('Use Far away, through routers').click()
      await own.getByText('No node is known to begin at.').waitFor()
      await own.getByRole('textbox').first().fill('192.0.2.1:49737 192.0.2.2:49737')
    },
    shown: '.settings-body',
  },
]
