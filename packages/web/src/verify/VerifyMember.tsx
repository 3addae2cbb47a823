import { useState } from 'react'
import { ShieldCheck } from 'lucide-react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import type { Member } from '@triode/api'
import { Button } from '../design/Button.tsx'
import { FaultNote, Note } from '../design/Note.tsx'
import { useAct, useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { QrCode } from '../qr/QrCode.tsx'
import { QrReader } from '../qr/QrReader.tsx'
import { useMemberName } from './memberName.ts'
import { SafetyWords } from './SafetyWords.tsx'
import '../design/tabs.css'
import './verify.css'
import '../design/more.css'

export interface VerifyMemberProps {
  readonly member: Member
  /** Called once they are verified. */
  readonly onVerified?: () => void
}

/** Makes sure that a member's devices are the member's: by words that two people compare, or by scanning each other. */
export function VerifyMember({ member, onVerified }: VerifyMemberProps) {
  const { t } = useTexts()
  const name = useMemberName(member.circle)(member)
  const [isScanned, setScanned] = useState(false)
  if (member.verified) return <Verified member={member} name={name} isScanned={isScanned} />
  return (
    <Tabs className="verify">
      <TabList className="tabs" aria-label={t('verify.ways')}>
        <Tab className="tab" id="words">
          {t('verify.byWords')}
        </Tab>
        <Tab className="tab" id="scan">
          {t('verify.byScan')}
        </Tab>
      </TabList>
      <TabPanel className="stack" id="words">
        <ByWords member={member} name={name} onVerified={onVerified} />
      </TabPanel>
      <TabPanel className="stack" id="scan">
        <ByScan member={member} name={name} onScanned={() => setScanned(true)} onVerified={onVerified} />
      </TabPanel>
    </Tabs>
  )
}

interface WayProps {
  readonly member: Member
  readonly name: string
  readonly onVerified: (() => void) | undefined
}

function ByWords({ member, name, onVerified }: WayProps) {
  const { t } = useTexts()
  const verify = useAct('verify')
  const [isDiffering, setDiffering] = useState(false)
  const unverified = member.devices.filter(({ safetyWords }) => safetyWords !== undefined)
  const match = () =>
    verify.mutate({ member: member.member, verified: true }, { onSuccess: () => onVerified?.() })
  return (
    <>
      <p>{t('verify.compare', { name })}</p>
      {unverified.length < 2 ? (
        <SafetyWords words={unverified[0]?.safetyWords ?? member.safetyWords} />
      ) : (
        unverified.map(({ device, safetyWords }, place) => (
          <section key={device} className="verify-device">
            <h3>{t('verify.device', { place: place + 1 })}</h3>
            <SafetyWords words={safetyWords ?? []} />
          </section>
        ))
      )}
      <FaultNote fault={verify.error} act="verify" />
      {isDiffering && (
        <Note kind="danger" title={t('verify.differ.title')}>
          <p>{t('verify.differ.text', { name })}</p>
        </Note>
      )}
      <div className="dialog-actions">
        <Button kind="danger" onPress={() => setDiffering(true)}>
          {t('verify.differ')}
        </Button>
        <Button kind="primary" onPress={match} isPending={verify.isPending}>
          <ShieldCheck size={18} aria-hidden />
          {t('verify.match')}
        </Button>
      </div>
    </>
  )
}

function ByScan({ member, name, onScanned, onVerified }: WayProps & { readonly onScanned: () => void }) {
  const { t } = useTexts()
  const scan = useAct('verifyScanned')
  return (
    <>
      <p>{t('verify.scan', { name })}</p>
      <OwnCode member={member} name={name} />
      <QrReader
        onRead={(text) =>
          scan.mutate(
            { member: member.member, text },
            {
              onSuccess: (seen) => {
                onScanned()
                if (seen.verified) onVerified?.()
              },
            },
          )
        }
      />
      <FaultNote fault={scan.error} act="verify" />
      {scan.data?.verified === false && <Note>{t('verify.scan.more', { name })}</Note>}
    </>
  )
}

/** What the other's device scans. */
function OwnCode({ member, name }: { readonly member: Member; readonly name: string }) {
  const { t } = useTexts()
  const { data, error } = useRoute('shownKeys', { member: member.member })
  if (data === undefined) return <FaultNote fault={error} act="look" />
  return <QrCode text={data.text.toUpperCase()} label={t('verify.ownCode', { name })} />
}

interface VerifiedProps {
  readonly member: Member
  readonly name: string
  /** By a scan just now: the other one still has to scan this device. */
  readonly isScanned: boolean
}

function Verified({ member, name, isScanned }: VerifiedProps) {
  const { t } = useTexts()
  const verify = useAct('verify')
  const [isShown, setShown] = useState(isScanned)
  return (
    <div className="stack">
      <p className="verified" role="status">
        <ShieldCheck size={20} aria-hidden />
        {t('verify.done', { name })}
      </p>
      <SafetyWords words={member.safetyWords} />
      {isShown && <OwnCode member={member} name={name} />}
      <FaultNote fault={verify.error} act="verify" />
      <div className="dialog-actions">
        {!isShown && <Button onPress={() => setShown(true)}>{t('verify.showCode')}</Button>}
        <Button
          onPress={() => verify.mutate({ member: member.member, verified: false })}
          isPending={verify.isPending}
        >
          {t('verify.undo')}
        </Button>
      </div>
    </div>
  )
}
