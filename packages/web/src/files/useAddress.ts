import { useEffect, useState } from 'react'
import { useLink } from '../device/context.ts'
import { contentAddress, type ContentUrlOptions } from '../device/link.ts'

/**
 * Addresses of a file's bytes that one goes to, to open or to save them: the browser keeps these in its history, so that they open
 * nothing but that file (spec §13.10).
 * @returns undefined for the moment in which it is worked out
 */
export function useAddress(id: string): ((options: ContentUrlOptions) => string) | undefined {
  const { passFor } = useLink()
  const [found, setFound] = useState<{ readonly id: string; readonly pass: string }>()
  useEffect(() => {
    let isOver = false
    void passFor(id).then((pass) => {
      if (!isOver) setFound({ id, pass })
    })
    return () => {
      isOver = true
    }
  }, [id, passFor])
  if (found?.id !== id) return undefined
  return (options) => contentAddress(id, { pass: found.pass }, options)
}
