/** What a hostile member sends, by the API of their own device, and what the page of another makes of it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inOneCircle, scene, skip } from './scene.ts'

test('names, reactions, links and files of a hostile member do nothing', { skip }, async (t) => {
  const { device, open } = await scene(t)
  const [mallory, bob] = [await device('Mallory'), await device('Bob')]
  const circle = await inOneCircle(mallory, bob)
  const page = await open(bob)
  await page
    .getByRole('link', { name: /Circle/ })
    .last()
    .click()
  const said = (text: string) => page.getByRole('article').filter({ hasText: text })

  await t.test('what looks like HTML is text, and no link runs anything', async () => {
    await mallory.client.send({
      where: circle,
      text: '<img src=x onerror=alert(1)> [a](javascript:alert(1)) [t.co](https://evil.example/) javascript:alert(2)',
    })
    const message = said('<img src=x')
    await message.getByText('(evil.example)').waitFor()
    assert.equal(await message.getByRole('link').count(), 1)
    assert.equal(await message.locator('.prose img').count(), 0)
  })

  await t.test('a reaction of any text is shown as it is', async () => {
    const { id } = await mallory.client.send({ where: circle, text: 'React to this' })
    for (const emoji of ['constructor', '__proto__', '\u202e<b>']) await mallory.client.react({ id, emoji })
    await said('React to this').getByRole('button', { name: 'constructor: Mallory' }).waitFor()
    await said('React to this').getByRole('button', { name: '__proto__: Mallory' }).waitFor()
  })

  await t.test('what would run in a browser is only saved, by a name that hides nothing', async () => {
    const upload = async (name: string, text: string) => {
      const { upload: made } = await mallory.client.uploadFile({ where: circle, name }, Buffer.from(text))
      return made
    }
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    const uploads = [
      await upload('picture\u202egpj.svg', svg),
      await upload('page.html', '<script>alert(2)</script>'),
    ]
    await mallory.client.sendFiles({ where: circle, uploads, text: 'Look at these' })
    const message = said('Look at these')
    await message.getByText('picture\ufffdgpj.svg').waitFor()
    assert.equal(await message.locator('img, iframe, object, embed').count(), 0)
    const save = message.getByRole('link', { name: 'Save page.html' })
    await save.waitFor()
    const answer = await page.request.get(new URL((await save.getAttribute('href')) ?? '', page.url()).href)
    assert.match(answer.headers()['content-disposition'] ?? '', /^attachment/)
    assert.equal(answer.headers()['content-type'], 'application/octet-stream')
    assert.equal(answer.headers()['content-security-policy'], 'sandbox')
  })

  await t.test('a member who looks like another by name is told apart wherever one is named', async () => {
    const { members } = await bob.client.members({ circle })
    const idOf = (mine: boolean) => members.find(({ me }) => me === mine)?.member.slice(0, 6) ?? ''
    await mallory.client.setNickname({ circle, nickname: 'B\u00f3b' })
    const shown = `B\u00f3b (${idOf(false)})`
    const list = page.getByRole('navigation', { name: 'Conversations' })
    await list.getByRole('link', { name: shown }).first().waitFor()
    await said('Look at these').getByText(shown).first().waitFor()
    for (const part of ['members', 'network', 'rooms']) {
      await page.evaluate((path) => {
        history.pushState(null, '', path)
        dispatchEvent(new PopStateEvent('popstate'))
      }, `/circle/${circle}/${part}`)
      await page.locator('#main').getByText(shown).first().waitFor()
    }
    assert.ok(idOf(true).length > 0 && idOf(true) !== idOf(false))
  })
})
