import { useEffect, useRef } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import type { CircleDetail } from '@triode/api'
import { BackButton } from '../app/BackButton.tsx'
import { CIRCLE_PARTS, go, PATHS, type CirclePart } from '../app/route.ts'
import { Avatar } from '../design/Avatar.tsx'
import { Loading } from '../design/Loading.tsx'
import { FaultNote } from '../design/Note.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { KeyWarning } from '../verify/KeyWarning.tsx'
import { Devices } from './Devices.tsx'
import { Invitations } from './Invitations.tsx'
import { Keepers } from './Keepers.tsx'
import { Members } from './Members.tsx'
import { Network } from './Network.tsx'
import { Overview } from './Overview.tsx'
import { Policies } from './Policies.tsx'
import { Rooms } from './Rooms.tsx'
import { Standing } from './Standing.tsx'
import '../design/tabs.css'
import '../start/start.css'
import './circle.css'
import '../design/more.css'

const PARTS = {
  overview: Overview,
  members: Members,
  invitations: Invitations,
  devices: Devices,
  rooms: Rooms,
  keepers: Keepers,
  policies: Policies,
  network: Network,
} as const satisfies Readonly<Record<CirclePart, unknown>>

/** A circle: who is in it and how it is governed. Each part has an address of its own. */
export function CircleScreen({ id, part }: { readonly id: string; readonly part: string }) {
  const { data, error } = useRoute('circle', { circle: id })
  if (data === undefined) return error === null ? <Loading /> : <FaultNote fault={error} act="look" />
  return <Shown detail={data} part={CIRCLE_PARTS.find((name) => name === part) ?? 'overview'} />
}

function Shown({ detail, part }: { readonly detail: CircleDetail; readonly part: CirclePart }) {
  const { t } = useTexts()
  const tabs = useRef<HTMLDivElement>(null)
  // Where they scroll, the one that was come to by another way may be out of sight.
  useEffect(() => {
    tabs.current
      ?.querySelector(`[data-key='${part}']`)
      ?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [part])
  const { circle, name } = detail
  return (
    <section className="circle" aria-labelledby="circle-title">
      <header className="circle-head">
        <BackButton />
        <Avatar id={circle} name={name} shape="square" />
        <h1 id="circle-title">{name}</h1>
      </header>
      <KeyWarning circle={circle} />
      <Tabs
        className="circle-tabs"
        selectedKey={part}
        onSelectionChange={(key) => go(PATHS.circlePart(circle, key as CirclePart))}
      >
        <TabList ref={tabs} className="tabs" aria-label={t('circle.parts', { circle: name })}>
          {CIRCLE_PARTS.map((one) => (
            <Tab key={one} id={one} className="tab">
              {t(`circle.${one}`)}
            </Tab>
          ))}
        </TabList>
        {CIRCLE_PARTS.map((one) => {
          const Part = PARTS[one]
          return (
            <TabPanel key={one} id={one} className="circle-part">
              <Standing detail={detail} />
              <Part detail={detail} />
            </TabPanel>
          )
        })}
      </Tabs>
    </section>
  )
}
