/** What this device has of files and does with them: asked for once each, and told by events from then on. */
import { useQueryClient } from '@tanstack/react-query'
import type { File, FileSummary } from '@triode/api'
import { useDeviceEvents } from '../device/context.ts'
import { useRoute } from '../device/queries.ts'

/** Puts what events tell of files where `useTransfer` reads it. */
export function useFileEvents(): void {
  const queries = useQueryClient()
  useDeviceEvents((event) => {
    if (event.type === 'file') queries.setQueryData(['file', { id: event.file.id }], event.file)
    if (event.type === 'file-gone') queries.removeQueries({ queryKey: ['file', { id: event.id }] })
  })
}

/** @returns undefined until it is known, and when nothing names it any more */
export function useTransfer(id: string): File | undefined {
  return useRoute('file', { id }).data
}

/** What one can see it as, without opening another program. */
export type ShownAs = 'image' | 'video' | 'audio' | 'folder' | 'other'

/** Those that the device gives its type (spec §13.9); all else is only ever saved. */
const IMAGES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp'])

export function shownAs({ kind, mediaType }: Pick<FileSummary, 'kind' | 'mediaType'>): ShownAs {
  if (kind === 'folder') return 'folder'
  if (IMAGES.has(mediaType)) return 'image'
  if (mediaType.startsWith('video/')) return 'video'
  return mediaType.startsWith('audio/') ? 'audio' : 'other'
}

/** It is here or on its way: its bytes can be looked at, and those that are missing come first (spec §13.9). */
export function isReadable(transfer: File | undefined): boolean {
  return transfer !== undefined && READABLE.has(transfer.state)
}

const READABLE = new Set<File['state']>(['complete', 'fetching', 'waiting'])

/** Something is going on or is meant to. */
export function isUnderWay({ state }: Pick<File, 'state'>): boolean {
  return state !== 'complete' && state !== 'offered'
}
