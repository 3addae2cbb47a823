/** Files that are to be sent with the next message: chosen, handed to the device with progress, then named by the message. */
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useMutation } from '@tanstack/react-query'
import { ApiFault, type SentFiles, type Upload, type UploadInput } from '@triode/api'
import { useClient, useLink } from '../device/context.ts'
import type { UploadOptions } from '../device/link.ts'
import { ChosenFolder, TooManyItems, type Chosen } from './chosen.ts'
import { leaveTray, takeTray, trayOf } from './trays.ts'

export interface Attachment {
  readonly key: number
  readonly file: Chosen
  /** Bytes that the device has; undefined before it is being sent. */
  readonly gone: number | undefined
  /** What the device calls it, once it has all of it. */
  readonly upload: string | undefined
}

export interface Words {
  readonly text: string
  readonly replyTo: string | undefined
  readonly mentions: readonly string[]
}

interface Sending extends Words {
  readonly files: readonly Attachment[]
  readonly isFromTray: boolean
}

/** As many as a message holds (spec §11.1). */
export const MAX_ATTACHED = 16

export type Attachments = ReturnType<typeof useAttachments>

export function useAttachments(where: string) {
  const client = useClient()
  const { upload } = useLink()
  const [waiting] = useState(() => trayOf(where))
  const [list, setList] = useState<readonly Attachment[]>(() =>
    waiting.files.map((file, key) => ({ key, file, gone: undefined, upload: undefined })),
  )
  const [keepMetadata, setKeepMetadata] = useState(false)
  const [isTooMany, setTooMany] = useState(false)
  const [isFolderTooLarge, setFolderTooLarge] = useState(false)
  const [unnamed, setUnnamed] = useState(0)
  const nextKey = useRef(waiting.files.length)
  const stopping = useRef<AbortController>(undefined)
  const isGone = useRef(false)
  /** What was handed over and is not to be sent: else it would lie with the device until that is locked. */
  const drop = (unsent: readonly (string | undefined)[]) => {
    for (const made of unsent)
      if (made !== undefined) void client.dropUpload({ upload: made }).catch(() => undefined)
  }
  /** What could not be named is told of, and the rest goes. */
  const uploadFolder = async (
    input: Pick<UploadInput, 'where' | 'name' | 'keepMetadata'>,
    folder: ChosenFolder,
    options: UploadOptions,
  ): Promise<Upload> => {
    // Needed by few, and it brings the format of lists.
    const { packFolder } = await import('./packFolder.ts')
    const { body, files, leftOut } = packFolder(folder.items)
    setUnnamed((before) => before + leftOut.length)
    return upload({ ...input, files }, body, options)
  }
  const change = (key: number, to: Partial<Attachment>) => {
    setList((now) => now.map((one) => (one.key === key ? { ...one, ...to } : one)))
  }

  /** Hands over what the device lacks; what it has from an attempt before stays. @param uploads gets the names of all */
  const handOver = async (
    files: readonly Attachment[],
    keep: boolean,
    signal: AbortSignal,
    uploads: string[],
  ): Promise<void> => {
    for (const { key, file, upload: done } of files) {
      if (done !== undefined) {
        uploads.push(done)
        continue
      }
      change(key, { gone: 0 })
      const onProgress = (gone: number) => change(key, { gone: Math.min(gone, file.size) })
      const options = { signal, onProgress }
      const input = { where, name: file.name, keepMetadata: keep }
      const made =
        file instanceof ChosenFolder
          ? await uploadFolder(input, file, options)
          : await upload({ ...input, modifiedAt: file.lastModified }, file, options)
      change(key, { gone: file.size, upload: made.upload })
      uploads.push(made.upload)
    }
  }

  const sending = useMutation<SentFiles, ApiFault, Sending>({
    networkMode: 'always',
    mutationFn: async ({ files, isFromTray, text, replyTo, mentions }) => {
      stopping.current = new AbortController()
      const { signal } = stopping.current
      const send = async (chosen: readonly Attachment[]) => {
        const uploads: string[] = []
        try {
          await handOver(chosen, keepMetadata, signal, uploads)
          return await client.sendFiles({
            where,
            uploads,
            keepMetadata,
            ...(text !== '' && { text }),
            ...(replyTo !== undefined && { replyTo }),
            ...(mentions.length > 0 && { mentions: [...mentions] }),
          })
        } catch (error) {
          // Nobody can try again with what stands in no tray.
          if (isGone.current || !isFromTray) drop(uploads)
          throw error
        }
      }
      try {
        return await send(files)
      } catch (error) {
        if (!(error instanceof ApiFault) || error.code !== 'upload-gone') throw error
        // They waited for too long, or the device was locked meanwhile: it has nothing of them any more.
        return await send(files.map((one) => ({ ...one, upload: undefined })))
      }
    },
    onError: () =>
      setList((now) => now.map((one) => (one.upload === undefined ? { ...one, gone: undefined } : one))),
  })

  const leave = useEffectEvent(() => {
    isGone.current = true
    // What is being sent goes on by itself.
    if (sending.isPending) return
    drop(list.map((one) => one.upload))
    leaveTray(
      where,
      list.map(({ file }) => file),
    )
  })
  useEffect(() => {
    takeTray(where)
    isGone.current = false
    return () => leave()
  }, [where])

  const isAtStake = list.length > 0
  useEffect(() => {
    if (!isAtStake) return
    addEventListener('beforeunload', askFirst)
    return () => removeEventListener('beforeunload', askFirst)
  }, [isAtStake])

  const attachment = (file: Chosen): Attachment => {
    nextKey.current += 1
    return { key: nextKey.current, file, gone: undefined, upload: undefined }
  }
  const add = (files: readonly Chosen[]) => {
    setFolderTooLarge(false)
    setUnnamed(0)
    const room = Math.max(0, MAX_ATTACHED - list.length)
    setTooMany(files.length > room)
    const added = files.slice(0, room).map(attachment)
    setList((now) => [...now, ...added])
  }
  return {
    list,
    /** How many were chosen here before a lock, and are gone with it. */
    lost: waiting.lost,
    add,
    /** What is found by looking into folders. */
    addFound: (finding: Promise<readonly Chosen[]>) =>
      void finding.then(add, (error: unknown) => {
        if (!(error instanceof TooManyItems)) throw error
        setFolderTooLarge(true)
      }),
    isTooMany,
    /** More was in the folders that were chosen last than is taken here. */
    isFolderTooLarge,
    /** So much in folders had names that can’t be sent, and was left out. */
    unnamed,
    keepMetadata,
    /** What was handed over otherwise is handed over anew. */
    setKeepMetadata: (keep: boolean) => {
      setKeepMetadata(keep)
      drop(list.map((one) => one.upload))
      setList((now) => now.map((one) => ({ ...one, gone: undefined, upload: undefined })))
    },
    remove: (key: number) => {
      drop([list.find((one) => one.key === key)?.upload])
      setList((now) => now.filter((one) => one.key !== key))
    },
    stop: () => {
      stopping.current?.abort()
      // What one stopped oneself is no fault to be told of.
      sending.reset()
    },
    isSending: sending.isPending,
    sent: sending.data,
    /** What was sent last was chosen, and not recorded here. */
    isOfTray: sending.variables?.isFromTray === true,
    fault: sending.error,
    /** Files of the tray; `only`: that one instead, which stays out of the tray. */
    send: (words: Words, only?: File): Promise<SentFiles> => {
      const files = only === undefined ? list : [attachment(only)]
      return sending.mutateAsync({ ...words, files, isFromTray: only === undefined }).then((sent) => {
        if (only === undefined) setList([])
        return sent
      })
    },
  }
}

/** The browser asks before it forgets what was chosen: nothing of it is kept beyond the window. */
function askFirst(event: BeforeUnloadEvent): void {
  event.preventDefault()
}

export function isImage({ type }: Chosen): boolean {
  return type.startsWith('image/')
}
