import { Lock } from 'lucide-react'
import { go, PATHS } from '../app/route.ts'
import { Button } from '../design/Button.tsx'
import { Choice } from '../design/Choice.tsx'
import { NameForm } from '../design/NameForm.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useAct, useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { BackupForm } from './BackupForm.tsx'
import { Group } from './Group.tsx'
import { PassphraseForm } from './PassphraseForm.tsx'
import { useStatusKept } from './useStatusKept.ts'
import { WipeDevice } from './WipeDevice.tsx'

/** The vault and what guards it; one's other devices; the way out. */
export function DeviceSettings() {
  const { t } = useTexts()
  const lock = useAct('lock')
  return (
    <>
      <Group title={t('device.lock')} text={t('device.lock.text')}>
        <IdleLock />
        <div>
          <Button onPress={() => lock.mutate({})} isPending={lock.isPending}>
            <Lock size={16} aria-hidden />
            {t('device.lock.now')}
          </Button>
        </div>
        <FaultNote fault={lock.error} act="lock" />
      </Group>
      <Group title={t('device.name')} text={t('device.name.text')}>
        <OwnName />
      </Group>
      <Group title={t('device.passphrase')} text={t('device.passphrase.text')}>
        <PassphraseForm />
      </Group>
      <Group title={t('device.backup')} text={t('device.backup.text')}>
        <BackupForm />
        <p className="quiet small">{t('device.restore.text')}</p>
      </Group>
      <OtherDevices />
      <Group title={t('device.wipe')} text={t('device.wipe.text')}>
        <WipeDevice />
      </Group>
    </>
  )
}

function OwnName() {
  const { t } = useTexts()
  const { data: status } = useRoute('status', {})
  const keep = useStatusKept()
  const set = useAct('setName')
  if (status === undefined) return null
  const { name = '' } = status
  return (
    <NameForm
      key={name}
      label={t('device.name.field')}
      name={name}
      act={set}
      onSave={(text) => set.mutate({ name: text === '' ? null : text }, { onSuccess: keep })}
    />
  )
}

const MINUTE_MS = 60_000
const IDLE_MS = [1, 5, 15, 30, 60, 240, 1440].map((minutes) => minutes * MINUTE_MS)
const NEVER = 'never'

function IdleLock() {
  const { t, formatDuration } = useTexts()
  const { data: status } = useRoute('status', {})
  const keep = useStatusKept()
  const set = useAct('setIdleLock')
  const current = status?.vault?.idleLockMs
  if (current === undefined) return null
  // One that was set elsewhere is offered too.
  const times = [...new Set([...IDLE_MS, ...(current === null ? [] : [current])])].sort((a, b) => a - b)
  const choices = [
    ...times.map((ms) => ({ id: String(ms), label: formatDuration(ms) })),
    { id: NEVER, label: t('device.idle.never') },
  ]
  return (
    <>
      <Choice
        label={t('device.idle')}
        hint={t('device.idle.hint')}
        choices={choices}
        value={current === null ? NEVER : String(current)}
        onChange={(id) => set.mutate({ afterMs: id === NEVER ? null : Number(id) }, { onSuccess: keep })}
      />
      <FaultNote fault={set.error} act="setting" />
    </>
  )
}

/** Which devices are one's own each circle knows for itself. */
function OtherDevices() {
  const { t } = useTexts()
  const { data } = useRoute('circles', {})
  if (data === undefined || data.circles.length === 0) return null
  return (
    <Group title={t('device.devices')} text={t('device.devices.text')}>
      <ul className="settings-links">
        {data.circles.map(({ circle, name }) => (
          <li key={circle}>
            <a
              href={PATHS.circlePart(circle, 'devices')}
              onClick={(event) => {
                event.preventDefault()
                go(PATHS.circlePart(circle, 'devices'))
              }}
            >
              {t('device.devices.of', { name })}
            </a>
          </li>
        ))}
      </ul>
    </Group>
  )
}
