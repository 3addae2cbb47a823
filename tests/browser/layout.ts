/** What of a page does not fit where it stands. */
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

/** @param what is named in the failure @throws AssertionError with each element that does not fit */
export async function assertFits(page: Page, what: string): Promise<void> {
  const found = [await wider(page), await cutOff(page), await scrolledSideways(page)].flat()
  assert.deepEqual(found, [], `${what}: something does not fit`)
}

/** Elements that reach beyond the window sideways; what scrolls within an element of its own does not count. */
export function wider(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const scrollsItself = (element: Element): boolean => {
      for (let one = element.parentElement; one !== null && one !== document.body; one = one.parentElement)
        if (/auto|scroll/u.test(getComputedStyle(one).overflowX)) return true
      return false
    }
    const beyond = [...document.body.querySelectorAll('*')].filter((element) => {
      const { left, right, width, height } = element.getBoundingClientRect()
      if (width < 2 || height < 2 || (left >= -1 && right <= innerWidth + 1)) return false
      return !scrollsItself(element)
    })
    return beyond.map((element) => element.outerHTML.slice(0, 160))
  })
}

/** Elements that have to be scrolled sideways, but for rows of tabs and tables, which may be. */
export function scrolledSideways(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const may = '[role=tablist], .settings-nav, .rail-circles, :has(> table)'
    const all = [...document.body.querySelectorAll<HTMLElement>('*')].filter(
      (element) =>
        /auto|scroll/u.test(getComputedStyle(element).overflowX) &&
        element.scrollWidth > element.clientWidth + 1 &&
        !element.matches(may),
    )
    return all.map((element) => element.outerHTML.slice(0, 160))
  })
}

/** Words of the page's own that an element cuts off: of names and of what people wrote an end may be missing. */
export function cutOff(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const theirs = 'bdi, [dir=auto], .list-last, .visually-hidden, .skip, textarea, .avatar, .writing-size'
    const cut = [...document.body.querySelectorAll<HTMLElement>('*')].filter((element) => {
      const { overflowX, overflowY } = getComputedStyle(element)
      const isOver =
        (overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) ||
        (overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1)
      if (!isOver || element.clientWidth < 2 || element.closest(theirs) !== null) return false
      const hasWords = [...element.childNodes].some(
        ({ nodeType, textContent }) => nodeType === Node.TEXT_NODE && (textContent ?? '').trim() !== '',
      )
      return hasWords || /^(P|SPAN|BUTTON|H[1-6]|LABEL|A|LI|DD|DT)$/u.test(element.tagName)
    })
    return cut.map((element) => element.outerHTML.slice(0, 200))
  })
}

/** The spacing of WCAG 1.4.12, set by whoever reads. A sheet of the page's own: its policy takes no other. */
export function spaceOut(page: Page): Promise<void> {
  return page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(`
      * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
      p { margin-block-end: 2em !important }
    `)
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
  })
}
