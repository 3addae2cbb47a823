/** Everything that a browser complains about in a page: errors, refusals of the Content-Security-Policy, requests that failed. */
import type { Page } from 'playwright-core'

/** Answers of the device that say no are part of many stories; the browser reports each as an error of its own. */
const ANSWERED_NO = /^Failed to load resource: the server responded with a status of 4\d\d/

/** @param complain gets a line each, from now on; call it before the page goes anywhere */
export async function watch(page: Page, complain: (complaint: string) => void): Promise<void> {
  page.on('console', (message) => {
    const text = message.text()
    const isAnswer = ANSWERED_NO.test(text) && new URL(message.location().url).pathname.startsWith('/api/')
    if (message.type() === 'error' && !isAnswer) complain(`console: ${text}`)
  })
  page.on('pageerror', (error) => complain(`error: ${error.stack ?? error.message}`))
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (protocol !== 'blob:' && hostname !== '127.0.0.1') complain(`asked elsewhere: ${request.url()}`)
  })
  await page.exposeFunction('triodePolicyRefused', (what: string) => complain(`policy: ${what}`))
  await page.addInitScript(() => {
    const report = (globalThis as unknown as Record<string, (what: string) => void>)['triodePolicyRefused']
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile }) => {
      report?.(`${violatedDirective} refused ${blockedURI} (${sourceFile})`)
    })
  })
}
