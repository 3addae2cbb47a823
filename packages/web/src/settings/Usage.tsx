import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import type { ApiFault, Output } from '@triode/api'
import { FaultNote } from '../design/Note.tsx'
import { Skeleton } from '../design/Skeleton.tsx'
import { useClient } from '../device/context.ts'
import { useTexts } from '../i18n/context.ts'
import { Group } from './Group.tsx'

/** More of them would be a list of its own. */
const MAX_SHOWN = 10

/** What the device takes of the disk right now, and which conversations take most of it. */
export function Usage() {
  const { t, formatBytes } = useTexts()
  const client = useClient()
  const { data, error } = useQuery<Output<'storage'>, ApiFault>({
    queryKey: ['storage', {}],
    queryFn: ({ signal }) => client.storage({}, { signal }),
    // It changes with every message and file: asked for anew whenever one looks.
    staleTime: 0,
  })
  if (data === undefined)
    return error === null ? <Skeleton rows={2} /> : <FaultNote fault={error} act="look" />
  const { vaultBytes, filesBytes, freeBytes, quotaBytes, conversations } = data
  return (
    <Group title={t('storage.used')}>
      <div className="usage">
        <Share label={t('storage.vault')} bytes={vaultBytes} of={vaultBytes + freeBytes} />
        <Share label={t('storage.files.used')} bytes={filesBytes} of={quotaBytes ?? filesBytes + freeBytes} />
        <p className="usage-head">
          <span>{t('storage.free')}</span>
          <bdi>{formatBytes(freeBytes)}</bdi>
        </p>
      </div>
      {conversations.length > 0 && (
        <>
          <h4>{t('storage.by')}</h4>
          <dl className="facts">
            {conversations.slice(0, MAX_SHOWN).map(({ conversation, name, bytes, files }) => (
              <div key={conversation}>
                <dt>
                  <bdi>{name ?? t('storage.gone')}</bdi>
                </dt>
                <dd>{t('storage.count', { size: formatBytes(bytes), count: files })}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Group>
  )
}

interface ShareProps {
  readonly label: string
  readonly bytes: number
  readonly of: number
}

function Share({ label, bytes, of }: ShareProps) {
  const { formatBytes } = useTexts()
  const id = useId()
  const share = of === 0 ? 0 : Math.min(1, bytes / of)
  return (
    <div>
      <p className="usage-head">
        <span id={id}>{label}</span>
        <bdi>{formatBytes(bytes)}</bdi>
      </p>
      <div
        className="progress-track"
        role="meter"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(share * 100)}
        aria-valuetext={formatBytes(bytes)}
      >
        <div className="progress-fill" style={{ inlineSize: `${share * 100}%` }} />
      </div>
    </div>
  )
}
