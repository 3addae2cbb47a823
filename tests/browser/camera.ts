/** A camera for a page. The machine of the tests has none: its picture is drawn, all behind it is real. */
import type { Page } from 'playwright-core'

/** As when a person says no to the browser's question, which a browser without a window never asks. */
export async function refuseCamera(page: Page): Promise<void> {
  await page.evaluate(() => {
    const refuse = () => Promise.reject(new DOMException('Permission denied', 'NotAllowedError'))
    Object.defineProperty(navigator, 'mediaDevices', { configurable: true, value: { getUserMedia: refuse } })
  })
}

/** From now on the page has a camera that sees this picture, at an angle and in its middle, ten times a second. */
export async function putBeforeCamera(page: Page, png: Buffer): Promise<void> {
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
