/** Files that are dragged over the conversation, and dropped on it. */
import { useEffect, useEffectEvent, useState, type RefObject } from 'react'
import { droppedItems, type Chosen } from './chosen.ts'

/**
 * @param inside an element of the conversation
 * @param onDrop gets files and folders, once it was looked into these
 * @returns whether files are over it now
 */
export function useDrop(
  inside: RefObject<HTMLElement | null>,
  onDrop: (found: Promise<readonly Chosen[]>) => void,
): boolean {
  const [isOver, setOver] = useState(false)
  const dropped = useEffectEvent(onDrop)
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
      const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === 'file')
      if (items.length === 0) return
      event.preventDefault()
      dropped(droppedItems(items))
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
