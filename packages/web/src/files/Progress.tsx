import type { File } from '@triode/api'
import { Bar } from '../design/Progress.tsx'
import { useTexts } from '../i18n/context.ts'
import { Spoken } from '../design/Spoken.tsx'
import { useDeviceWords } from '../i18n/words/context.ts'
import { useMemberName } from '../verify/memberName.ts'
import { progressWords } from './progressWords.ts'
import { shownName } from './shownName.ts'
import { isUnderWay } from './transfers.ts'

/** How far a file is: a bar, and in words how fast it comes and how long that takes. */
export function Progress({ transfer }: { readonly transfer: File }) {
  const texts = useTexts()
  const nameOf = useMemberName(transfer.circle)
  const { name, have, size, notStored, notSaved, savedTo, linksLeftOut } = transfer
  if (notSaved !== undefined) return <NotSaved why={notSaved} />
  if (savedTo !== undefined && transfer.state === 'complete')
    return (
      <p className="file-about">
        {texts.t('files.saved', { path: savedTo })}
        {linksLeftOut !== undefined && ` ${texts.t('files.saved.without', { count: linksLeftOut.count })}`}
      </p>
    )
  if (!isUnderWay(transfer)) return <Delivered transfer={transfer} />
  const words = progressWords(transfer, texts, nameOf)
  return (
    <>
      <Bar className="file-progress" label={shownName(name)} value={have} of={size} words={words} />
      {notStored !== undefined && <NotStored why={notStored} />}
    </>
  )
}

/** Why the disk takes nothing of it, and what one can do. */
function NotStored({ why }: { readonly why: NonNullable<File['notStored']> }) {
  const { said } = useDeviceWords()
  const { message, remedy = '', isOurs } = said(why)
  return (
    <p className="file-about">
      <Spoken text={message} isOurs={isOurs} /> <Spoken text={remedy} isOurs={isOurs} />
    </p>
  )
}

/** It is on this device all the same. */
function NotSaved({ why }: { readonly why: NonNullable<File['notSaved']> }) {
  const { t } = useTexts()
  const { said } = useDeviceWords()
  const { message, remedy = '', isOurs } = said(why)
  return (
    <p className="file-about">
      <Spoken text={message} isOurs={isOurs} /> {t('outcome.keepFile')}{' '}
      <Spoken text={remedy} isOurs={isOurs} />
    </p>
  )
}

/** Of what one sent: who has it. */
function Delivered({ transfer: { state, paused, delivered, held, notHeld } }: { readonly transfer: File }) {
  const { t } = useTexts()
  const isWithheld = paused && state === 'complete'
  if (delivered.of === 0 && !isWithheld) return null
  const isHeld = held && delivered.count < delivered.of
  const parts = [
    delivered.of > 0 && t('files.delivered', { ...delivered }),
    isWithheld && t('files.withheld'),
    isHeld && t('files.held'),
    notHeld !== undefined && t(`files.not-held.${notHeld}`),
  ]
  return <p className="file-about">{parts.filter((part) => part !== false).join(' · ')}</p>
}
