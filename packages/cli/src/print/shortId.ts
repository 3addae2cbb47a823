/** Enough of an id to tell one from another by eye; never to be typed. */
export function shortId(id: string): string {
  return id.slice(0, 8)
}
