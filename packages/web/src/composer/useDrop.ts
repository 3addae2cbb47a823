/** Files that are dragged over the conversation, and dropped on it. */
import { useEffect, useEffectEvent, useState, type RefObject } from 'react'

/** @param inside an element of the conversation @returns whether files are over it now */
export function useDrop(
  inside: RefObject<HTMLElement | null>,
  onFiles: (files: readonly File[]) => void,
): boolean {
  const [isOver, setOver] = useState(false)
  const dropped = useEffectEvent(onFiles)
  useEffect(() => {
    const frame = inside.current?.closest<HTMLElement>('.conversation')
    if (frame === null || frame === undefined) return
    const over = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return
      event.preventDefault()
      setOver(true)
    }
    const leave = (event: DragEvent) => {
      if (!frame.contains(event.relatedTarget as Node | null)) setOver(false)
    }
    const drop = (event: DragEvent) => {
      setOver(false)
      const files = [...(event.dataTransfer?.files ?? [])]
      if (files.length === 0) return
      event.preventDefault()
      dropped(files)
    }
    frame.addEventListener('dragover', over)
    frame.addEventListener('dragleave', leave)
    frame.addEventListener('drop', drop)
    return () => {
      frame.removeEventListener('dragover', over)
      frame.removeEventListener('dragleave', leave)
      frame.removeEventListener('drop', drop)
    }
  }, [inside])
  return isOver
}
