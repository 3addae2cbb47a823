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

export interface VerifyMemberProps {
  readonly member: Member
  /** Called once they are verified. */
  readonly onVerified?: () => void
}

/** Makes sure that a member's devices are the member's: by words that two people compare, or by scanning each other. */
export function VerifyMember({ member, onVerified }: VerifyMemberProps) {
  const { t } = useTexts()
  const name = useMemberName()(member)
  if (member.verified) return <Verified member={member} name={name} />
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
        <ByScan member={member} name={name} onVerified={onVerified} />
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
      <FaultNote fault={verify.error} />
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

function ByScan({ member, name, onVerified }: WayProps) {
  const { t } = useTexts()
  const shown = useRoute('shownKeys', { member: member.member })
  const scan = useAct('verifyScanned')
  return (
    <>
      <p>{t('verify.scan', { name })}</p>
      <FaultNote fault={shown.error} />
      {shown.data !== undefined && (
        <QrCode text={shown.data.text.toUpperCase()} label={t('verify.ownCode', { name })} />
      )}
      <QrReader
        onRead={(text) =>
          scan.mutate(
            { member: member.member, text },
            {
              onSuccess: (seen) => {
                if (seen.verified) onVerified?.()
              },
            },
          )
        }
      />
      <FaultNote fault={scan.error} />
      {scan.data?.verified === false && <Note>{t('verify.scan.more', { name })}</Note>}
    </>
  )
}

function Verified({ member, name }: { readonly member: Member; readonly name: string }) {
  const { t } = useTexts()
  const verify = useAct('verify')
  return (
    <div className="stack">
      <p className="verified" role="status">
        <ShieldCheck size={20} aria-hidden />
        {t('verify.done', { name })}
      </p>
      <SafetyWords words={member.safetyWords} />
      <FaultNote fault={verify.error} />
      <div className="dialog-actions">
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
