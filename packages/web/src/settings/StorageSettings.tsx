import { useState } from 'react'
import type { ApiEvent, FileSettings } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { Choice } from '../design/Choice.tsx'
import { FaultNote } from '../design/Note.tsx'
import { Bar } from '../design/Progress.tsx'
import { Skeleton } from '../design/Skeleton.tsx'
import { useDeviceEvents } from '../device/context.ts'
import { useAct, useRoute } from '../device/queries.ts'
import { shownName } from '../files/shownName.ts'
import { useQueryClient } from '@tanstack/react-query'
import { useTexts } from '../i18n/context.ts'
import { channelName } from './channelName.ts'
import { Group } from './Group.tsx'
import { Usage } from './Usage.tsx'

const MB = 1_000_000
const GB = 1000 * MB
const FETCH_BYTES = [0, MB, 5 * MB, 25 * MB, 100 * MB, GB]
const QUOTA_BYTES = [GB, 5 * GB, 10 * GB, 50 * GB, 100 * GB]
const RATES = [100_000, 500_000, MB, 5 * MB, 25 * MB]
const UNLIMITED = 'unlimited'

/** What of files comes by itself, how much is kept, and how fast they may be. */
export function StorageSettings() {
  const { data, error } = useRoute('fileSettings', {})
  if (data === undefined)
    return error === null ? <Skeleton rows={3} /> : <FaultNote fault={error} act="look" />
  return (
    <>
      <Usage />
      <Amounts settings={data} />
      <Rates settings={data} />
      <CheckFiles />
    </>
  )
}

function useChange() {
  const queries = useQueryClient()
  const { mutate, error } = useAct('setFileSettings')
  const change = (part: Partial<FileSettings>) =>
    mutate(part, { onSuccess: (settings) => queries.setQueryData(['fileSettings', {}], settings) })
  return { change, error }
}

function Amounts({ settings }: { readonly settings: FileSettings }) {
  const { t } = useTexts()
  const { change, error } = useChange()
  return (
    <Group title={t('storage.files')}>
      <AmountChoice
        label={t('storage.auto')}
        bytes={settings.autoFetchBytes}
        offered={FETCH_BYTES}
        onChange={(autoFetchBytes) => change({ autoFetchBytes })}
      />
      <AmountChoice
        label={t('storage.auto.slow')}
        bytes={settings.autoFetchSlowBytes}
        offered={FETCH_BYTES}
        onChange={(autoFetchSlowBytes) => change({ autoFetchSlowBytes })}
      />
      <AmountChoice
        label={t('storage.quota')}
        hint={t('storage.quota.hint')}
        bytes={settings.quotaBytes}
        offered={QUOTA_BYTES}
        onChange={(quotaBytes) => change({ quotaBytes })}
      />
      <FaultNote fault={error} act="setting" />
    </Group>
  )
}

interface AmountChoiceProps {
  readonly label: string
  readonly hint?: string
  /** Null: no limit. */
  readonly bytes: number | null
  readonly offered: readonly number[]
  readonly isRate?: boolean
  readonly onChange: (bytes: number | null) => void
}

function AmountChoice({ label, hint, bytes, offered, isRate = false, onChange }: AmountChoiceProps) {
  const { t, formatBytes, formatRate } = useTexts()
  const amounts = [...new Set([...offered, ...(bytes === null ? [] : [bytes])])].sort((a, b) => a - b)
  const write = isRate ? formatRate : formatBytes
  const choices = [
    ...amounts.map((amount) => ({
      id: String(amount),
      label: amount === 0 ? t('storage.nothing') : write(amount),
    })),
    { id: UNLIMITED, label: t('storage.unlimited') },
  ]
  return (
    <Choice
      label={label}
      {...(hint !== undefined && { hint })}
      choices={choices}
      value={bytes === null ? UNLIMITED : String(bytes)}
      onChange={(id) => onChange(id === UNLIMITED ? null : Number(id))}
    />
  )
}

function Rates({ settings }: { readonly settings: FileSettings }) {
  const { t } = useTexts()
  const { data: status } = useRoute('status', {})
  const { change, error } = useChange()
  const channels = [
    ...new Set([...(status?.channels.map(({ name }) => name) ?? []), ...Object.keys(settings.rateLimits)]),
  ]
  const limit = (channel: string, rate: number | null) => {
    const others = Object.entries(settings.rateLimits).filter(([name]) => name !== channel)
    change({ rateLimits: Object.fromEntries(rate === null ? others : [...others, [channel, rate]]) })
  }
  return (
    <Group title={t('storage.rates')} text={t('storage.rates.text')}>
      {channels.map((channel) => (
        <AmountChoice
          key={channel}
          label={t('storage.rate.of', { name: channelName(t, channel) })}
          bytes={settings.rateLimits[channel] ?? null}
          offered={RATES}
          isRate
          onChange={(rate) => limit(channel, rate)}
        />
      ))}
      <FaultNote fault={error} act="setting" />
    </Group>
  )
}

function CheckFiles() {
  const { t } = useTexts()
  const check = useAct('checkFiles')
  const [at, setAt] = useState<CheckProgress>()
  useDeviceEvents((event) => {
    if (event.type === 'file-check') setAt(event)
  })
  return (
    <Group title={t('storage.check')} text={t('storage.check.text')}>
      <div>
        <Button
          onPress={() => {
            setAt(undefined)
            check.mutate({})
          }}
          isPending={check.isPending}
        >
          {t('storage.check')}
        </Button>
      </div>
      {check.isPending && at !== undefined && <Checked at={at} />}
      {check.data !== undefined && (
        <p role="status">
          {t('storage.checked', { count: check.data.checked, damaged: check.data.damaged.length })}{' '}
          {check.data.mended.length > 0 && t('storage.mended', { count: check.data.mended.length })}
        </p>
      )}
      <FaultNote fault={check.error} act="checkFiles" />
    </Group>
  )
}

type CheckProgress = Extract<ApiEvent, { readonly type: 'file-check' }>

/** How far it is: reading all that is here may take minutes. */
function Checked({ at: { name, done, of } }: { readonly at: CheckProgress }) {
  const { t, formatBytes } = useTexts()
  const words = `${shownName(name)} · ${t('files.progress', { have: formatBytes(done), size: formatBytes(of) })}`
  return <Bar label={t('storage.check')} value={done} of={of} words={words} />
}
