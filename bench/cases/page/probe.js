/* What is measured inside of the page. Runs before the page's own scripts; the case calls it by name. */
{
  const afterPaint = (then) => {
    // The frame is drawn after this callback; a message from it comes when that is done.
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = () => then(performance.now())
      port2.postMessage(0)
    })
  }

  const sinceKeys = []
  addEventListener(
    'keydown',
    (event) => {
      if (event.key.length === 1) afterPaint((now) => sinceKeys.push(now - event.timeStamp))
    },
    true,
  )

  const frames = []
  let last
  const count = (now) => {
    if (last !== undefined) frames.push(now - last)
    last = now
    requestAnimationFrame(count)
  }

  globalThis.triodeProbe = {
    /** Milliseconds from when the device said that it is unlocked to the painted frame with `text` in it. */
    firstPage: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (document.body?.innerText.includes(text) !== true) return void requestAnimationFrame(look)
          afterPaint((now) => {
            const [unlocked] = performance
              .getEntriesByType('resource')
              .filter(({ name }) => name.endsWith('/api/unlock'))
            resolve(now - unlocked.responseEnd)
          })
        }
        look()
      }),
    /** Milliseconds from each key to the frame that shows it, since the last call. */
    typing: () => sinceKeys.splice(0),
    startFrames: () => requestAnimationFrame(count),
    /** Milliseconds between frames, since the last call. */
    frames: () => frames.splice(0),
    /** Bytes of JavaScript that came over the wire. */
    scriptBytes: () =>
      performance
        .getEntriesByType('resource')
        .filter(({ name }) => new URL(name).pathname.endsWith('.js'))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
  }
}
