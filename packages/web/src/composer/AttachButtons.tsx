import { FolderUp, Mic, Paperclip } from 'lucide-react'
import { FileTrigger } from 'react-aria-components'
import { IconButton } from '../design/IconButton.tsx'
import { useTexts } from '../i18n/context.ts'

export interface AttachButtonsProps {
  readonly isDisabled: boolean
  readonly onFiles: (files: readonly File[]) => void
  /** Of one folder, each with its path. */
  readonly onFolder: (files: readonly File[]) => void
  readonly onVoice: () => void
}

export function AttachButtons({ isDisabled, onFiles, onFolder, onVoice }: AttachButtonsProps) {
  const { t } = useTexts()
  return (
    <>
      <FileTrigger allowsMultiple onSelect={(files) => onFiles([...(files ?? [])])}>
        <IconButton icon={Paperclip} label={t('attach.files')} isDisabled={isDisabled} />
      </FileTrigger>
      <FileTrigger acceptDirectory onSelect={(files) => onFolder([...(files ?? [])])}>
        <IconButton icon={FolderUp} label={t('attach.folder')} isDisabled={isDisabled} />
      </FileTrigger>
      <IconButton icon={Mic} label={t('voice.record')} isDisabled={isDisabled} onPress={onVoice} />
    </>
  )
}
