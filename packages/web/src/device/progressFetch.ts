/** `fetch` that tells how much of a body has gone: what `fetch` itself does not say. For uploads alone: the answer is read as text. */
export function progressFetch(onProgress: (bytes: number) => void): typeof fetch {
  return (url, init = {}) =>
    new Promise((resolve, reject) => {
      const { method = 'GET', headers, body, signal } = init
      const request = new XMLHttpRequest()
      request.open(method, url instanceof Request ? url.url : url)
      new Headers(headers).forEach((value, name) => request.setRequestHeader(name, value))
      request.upload.onprogress = ({ loaded }) => onProgress(loaded)
      request.onload = () => resolve(new Response(request.responseText, { status: request.status }))
      request.onerror = () => reject(new TypeError('the request failed'))
      request.onabort = () => reject(new DOMException('aborted', 'AbortError'))
      signal?.addEventListener('abort', () => request.abort(), { once: true })
      if (signal?.aborted === true) reject(new DOMException('aborted', 'AbortError'))
      else request.send(body as Blob)
    })
}
