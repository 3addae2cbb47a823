import { useState, type SubmitEvent } from 'react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { ScrollText } from 'lucide-react'
import type { ApiFault, AuditRecord } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { CopyButton } from '../design/CopyButton.tsx'
import { Empty } from '../design/Empty.tsx'
import { FaultNote } from '../design/Note.tsx'
import { FieldValue } from './AuditField.tsx'
import { Skeleton } from '../design/Skeleton.tsx'
import { Spoken } from '../design/Spoken.tsx'
import { TextField } from '../design/TextField.tsx'
import { useClient } from '../device/context.ts'
import { useAct } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { useDeviceWords } from '../i18n/words/context.ts'
import { isoTime } from '../i18n/moment.ts'
import { Group } from './Group.tsx'

const PAGE = 50

/** What happened on this device: its records, whether they hold, a copy to hand on. */
export function AuditSettings() {
  const { t } = useTexts()
  const client = useClient()
  const log = useInfiniteQuery({
    queryKey: ['audit', 'pages'],
    queryFn: ({ pageParam, signal }) =>
      client.audit({ limit: PAGE, ...(pageParam !== 0 && { before: pageParam }) }, { signal }),
    // 0: from the newest on.
    initialPageParam: 0,
    getNextPageParam: ({ records, more }) => (more ? records.at(-1)?.seq : undefined),
    // Each look at the log may show more.
    staleTime: 0,
  })
  const pages = log.data?.pages
  const head = pages?.[0]?.head
  const records = pages?.flatMap((page) => page.records) ?? []
  return (
    <>
      <p className="quiet">{t('audit.text')}</p>
      {head !== undefined && <Head head={head} />}
      <Export />
      <Group title={t('audit.records')}>
        {pages === undefined && log.error === null && <Skeleton rows={4} />}
        <FaultNote fault={log.error as ApiFault | null} act="look" />
        {pages !== undefined && records.length === 0 && <Empty icon={ScrollText} title={t('audit.empty')} />}
        <ol className="audit-records">
          {records.map((record) => (
            <li key={record.seq}>
              <Record record={record} />
            </li>
          ))}
        </ol>
        {log.hasNextPage && (
          <div>
            <Button onPress={() => void log.fetchNextPage()} isPending={log.isFetchingNextPage}>
              {t('audit.older')}
            </Button>
          </div>
        )}
      </Group>
    </>
  )
}

function Head({ head }: { readonly head: string }) {
  const { t } = useTexts()
  const verify = useAct('verifyAudit')
  return (
    <Group title={t('audit.head')} text={t('audit.head.text')}>
      <p className="code audit-head">
        <bdi>{head}</bdi>
      </p>
      <div className="settings-actions">
        <CopyButton text={head} />
        <Button onPress={() => verify.mutate({})} isPending={verify.isPending}>
          {t('audit.verify')}
        </Button>
      </div>
      {verify.data !== undefined && (
        <p role="status">
          {t('audit.verified', { from: verify.data.from })}{' '}
          {verify.data.redacted > 0 && t('audit.redacted', { count: verify.data.redacted })}
        </p>
      )}
      <FaultNote fault={verify.error} act="look" />
    </Group>
  )
}

function Export() {
  const { t } = useTexts()
  const [file, setFile] = useState('')
  const write = useAct('exportAudit')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (file.trim() !== '') write.mutate({ file: file.trim() })
  }
  return (
    <Group title={t('audit.export')}>
      <form className="stack" onSubmit={submit}>
        <TextField
          label={t('audit.export.file')}
          hint={t('audit.export.hint')}
          value={file}
          onChange={setFile}
          autoComplete="off"
          spellCheck="false"
        />
        {write.data !== undefined && <p role="status">{t('audit.exported', { file: write.data.file })}</p>}
        <FaultNote fault={write.error} act="exportAudit" />
        <div>
          <Button type="submit" isPending={write.isPending}>
            {t('audit.export')}
          </Button>
        </div>
      </form>
    </Group>
  )
}

function Record({ record }: { readonly record: AuditRecord }) {
  const { t, formatMoment } = useTexts()
  const words = useDeviceWords()
  const { seq, at, outcome } = record
  const { message, isOurs } = words.event(record.event, record.means)
  const shown = Object.entries(record.fields)
  return (
    <article className="audit-record" aria-label={t('audit.record', { seq })}>
      <p className="audit-means">
        <Spoken text={message} isOurs={isOurs} />
        {outcome === 'failed' && <strong className="audit-failed"> {t('audit.failed')}</strong>}
      </p>
      <p className="quiet small">
        <time dateTime={isoTime(at)}>{formatMoment(at)}</time>
      </p>
      {shown.length > 0 && (
        <dl className="audit-fields small">
          {shown.map(([name, value]) => (
            <div key={name}>
              <dt>{words.field(name) ?? <Spoken text={name} isOurs={false} />}</dt>
              <dd>
                <FieldValue name={name} value={value} record={record} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </article>
  )
}
