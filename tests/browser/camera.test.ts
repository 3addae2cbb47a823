/** A QR code that a camera sees. The machine of the tests has none: its picture is drawn, all behind it is real. */
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from './axe.ts'
import { scene, skip } from './scene.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** As when a person says no to the browser's question, which a browser without a window never asks. */
async function refuseCamera(page: Page): Promise<void> {
  await page.evaluate(() => {
    const refuse = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))
    Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: { getUserMedia: refuse } })
  })
}

/** From now on the page has a camera that sees this picture, at an angle and in its middle, ten times a second. */
async function putBeforeCamera(page: Page, png: Buffer): Promise<void> {
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
    const canvas = document.createElement('canvas')
    canvas.width = 1280
    canvas.height = 720
    const context = canvas.getContext('2d')
    if (context === null) throw new Error('no canvas')
    const draw = () => {
      context.setTransform(1, 0, 0, 1, 0, 0)
      context.fillStyle = 'gray'
      context.fillRect(0, 0, canvas.width, canvas.height)
      context.translate(640, 360)
      context.rotate(0.12)
      context.drawImage(picture, -280, -280, 560, 560)
    }
    setInterval(draw, 100)
    Object.defineProperty(navigator, 'mediaDevices', {
      value: { getUserMedia: () => Promise.resolve(canvas.captureStream(10)) },
    })
  }, png.toString('base64'))
}

test(
  'without a camera the page says what else to do; with one it joins by what the camera sees',
  { skip },
  async (t) => {
    const { device, open } = await scene(t)
    const [aliceDevice, bobDevice] = [await device('Alice'), await device('Bob')]
    const { circle } = await aliceDevice.client.createCircle({ name: 'Rowing club' })
    const [alice, bob] = [await open(aliceDevice), await open(bobDevice)]
    await alice.evaluate((path) => {
      history.pushState(null, '', path)
      dispatchEvent(new PopStateEvent('popstate'))
    }, `/circle/${circle}/invitations`)
    await button(alice, 'Make the invitation').click()
    const code = await alice.getByRole('img', { name: 'QR code of the invitation' }).screenshot()

    await refuseCamera(bob)
    await button(bob, 'Use the camera').click()
    await bob.getByText(/picture of the code and open that/).waitFor()
    await button(bob, 'Stop the camera').click()
    await putBeforeCamera(bob, code)
    await button(bob, 'Use the camera').click()
    await bob.getByRole('heading', { name: 'You are in Rowing club' }).waitFor()
    await assertAccessible(bob, 'joined by camera')
  },
)
