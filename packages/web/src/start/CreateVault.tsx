import { useState } from 'react'
import { Button } from '../design/Button.tsx'
import { useTexts } from '../i18n/context.ts'
import { NewVault } from './NewVault.tsx'
import { RestoreBackup } from './RestoreBackup.tsx'
import { Threshold } from './Threshold.tsx'
import './start.css'

/** The first thing ever shown: a new beginning, or what a backup holds. */
export function CreateVault() {
  const { t } = useTexts()
  const [isRestoring, setRestoring] = useState(false)
  return (
    <Threshold
      title={t(isRestoring ? 'restore.title' : 'init.title')}
      text={t(isRestoring ? 'restore.lead' : 'init.text')}
    >
      {isRestoring ? <RestoreBackup /> : <NewVault />}
      <Button kind="bare" wide onPress={() => setRestoring(!isRestoring)}>
        {t(isRestoring ? 'restore.back' : 'init.restore')}
      </Button>
    </Threshold>
  )
}
