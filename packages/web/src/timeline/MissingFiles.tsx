import type { File, FileSummary } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { FaultNote, Note } from '../design/Note.tsx'
import { Switch } from '../design/Switch.tsx'
import { useAct } from '../device/queries.ts'
import { Progress } from '../files/Progress.tsx'
import { shownName } from '../files/shownName.ts'
import { isUnderWay } from '../files/transfers.ts'
import { useTexts } from '../i18n/context.ts'

export interface MissingFilesProps {
  readonly files: readonly (File | FileSummary)[]
  /** They are to stay behind. */
  readonly isWithout: boolean
  readonly onWithout: (isWithout: boolean) => void
}

/** What can't be sent on since it is not here: fetched first, or left behind. */
export function MissingFiles({ files, isWithout, onWithout }: MissingFilesProps) {
  const { t } = useTexts()
  const get = useAct('getFile')
  const idle = files.filter((file) => !('state' in file) || !isUnderWay(file))
  return (
    <Note kind="warning" title={t('forward.missing', { count: files.length })}>
      <ul className="forward-missing">
        {files.map((file) => (
          <li key={file.id}>
            <bdi className="file-name">{shownName(file.name)}</bdi>
            {'state' in file && isUnderWay(file) && <Progress transfer={file} />}
          </li>
        ))}
      </ul>
      {idle.length > 0 && (
        <Button onPress={() => idle.forEach(({ id }) => get.mutate({ id }))} isPending={get.isPending}>
          {t('forward.fetch')}
        </Button>
      )}
      <Switch isSelected={isWithout} onChange={onWithout}>
        {t('forward.without')}
      </Switch>
      <FaultNote fault={get.error} act="getFile" />
    </Note>
  )
}
