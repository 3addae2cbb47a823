import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleOff, RefreshCw, TriangleAlert } from 'lucide-react'
import type { ApiFault, Finding, Output } from '@triode/api'
import { go, PATHS } from '../app/route.ts'
import { Button } from '../design/Button.tsx'
import { FaultNote } from '../design/Note.tsx'
import { Skeleton } from '../design/Skeleton.tsx'
import { useClient } from '../device/context.ts'
import { useTexts } from '../i18n/context.ts'
import { DEVICE_WORDS } from '../i18n/direction.ts'
import { useDeviceWords } from '../i18n/words/context.ts'
import { SUBJECTS, subjectOf, toldOf } from './findings.ts'
import { Group } from './Group.tsx'

/** Which ways to others work, which do not, why, and what to do: anew at each look, and whenever the device tells of a change. */
export function Doctor() {
  const { t } = useTexts()
  const client = useClient()
  const { data, error, isFetching, refetch } = useQuery<Output<'doctor'>, ApiFault>({
    queryKey: ['doctor', {}],
    queryFn: ({ signal }) => client.doctor({}, { signal }),
    staleTime: 0,
  })
  const findings = data?.findings
  const troubles = findings?.filter((one) => signOf(one) === 'fails').length
  return (
    <>
      <div className="doctor-head">
        <p className="quiet">{t('doctor.text')}</p>
        <p role="status">
          {troubles !== undefined && (
            <strong>{troubles === 0 ? t('doctor.good') : t('doctor.troubles', { count: troubles })}</strong>
          )}
        </p>
        <div>
          <Button onPress={() => void refetch()} isPending={isFetching}>
            <RefreshCw size={18} aria-hidden />
            {t('doctor.again')}
          </Button>
        </div>
      </div>
      {findings === undefined && error === null && <Skeleton rows={4} />}
      <FaultNote fault={error} act="look" />
      {SUBJECTS.map((subject) => {
        const own = findings?.filter((one) => subjectOf(one) === subject) ?? []
        if (own.length === 0) return null
        return (
          <Group key={subject} title={t(`doctor.${subject}`)}>
            <ul className="findings">
              {own.map((finding) => (
                <One key={keyOf(finding)} finding={finding} />
              ))}
            </ul>
            {subject === 'channels' && (
              <p className="settings-links">
                <ChannelsLink />
              </p>
            )}
          </Group>
        )
      })}
    </>
  )
}

const ICONS = { works: CircleCheck, off: CircleOff, fails: TriangleAlert } as const

/** What somebody left off is no trouble. */
function signOf({ works, code }: Finding): keyof typeof ICONS {
  if (works) return 'works'
  return code === 'channel-off' ? 'off' : 'fails'
}

function keyOf({ code, values }: Finding): string {
  return [code, values['channel'], values['family'], values['circle']].join('/')
}

function One({ finding }: { readonly finding: Finding }) {
  const { t } = useTexts()
  const { said } = useDeviceWords()
  const { name, what, todo, fromDevice } = toldOf(t, said, finding)
  const sign = signOf(finding)
  const Icon = ICONS[sign]
  return (
    <li className="finding" data-sign={sign}>
      <Icon size={20} aria-label={t(`doctor.${sign}`)} role="img" />
      <div {...(fromDevice && DEVICE_WORDS)}>
        {name !== '' && (
          <h4>
            <bdi>{name}</bdi>
          </h4>
        )}
        <p>{what.join(' ')}</p>
        {todo.length > 0 && <p className="quiet">{todo.join(' ')}</p>}
      </div>
    </li>
  )
}

function ChannelsLink() {
  const { t } = useTexts()
  return (
    <a
      href={PATHS.settings('channels')}
      onClick={(event) => {
        event.preventDefault()
        go(PATHS.settings('channels'))
      }}
    >
      {t('doctor.to-channels')}
    </a>
  )
}
