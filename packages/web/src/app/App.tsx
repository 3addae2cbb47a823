/** The page as a whole: who may see what depends on the session, then on the state of the device. */
import { useEffect, useEffectEvent, useState } from 'react'
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { LinkContext, useDeviceEvents, useLinkState } from '../device/context.ts'
import { connect, type Connection } from '../device/connection.ts'
import { LINK } from '../device/link.ts'
import { applyEvent, useRoute } from '../device/queries.ts'
import { FaultNote } from '../design/Note.tsx'
import { Loading } from '../design/Loading.tsx'
import { useTexts } from '../i18n/context.ts'
import { forgetSession } from '../session/session.ts'
import { OpenSession } from '../session/OpenSession.tsx'
import { CreateVault } from '../start/CreateVault.tsx'
import { Unlock } from '../start/Unlock.tsx'
import { Banners } from './Banners.tsx'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Messenger } from './Messenger.tsx'

export interface AppProps {
  /** Undefined where the page was opened without a code. */
  readonly first: Connection | undefined
}

export function App({ first }: AppProps) {
  const [connection, setConnection] = useState(first)
  const forget = () => {
    connection?.link.close()
    forgetSession()
    setConnection(undefined)
  }
  if (connection === undefined) return <OpenSession onOpen={(session) => setConnection(connect(session))} />
  return (
    <LinkContext value={connection.link}>
      <QueryClientProvider client={connection.queries}>
        <Device queries={connection.queries} onRefused={forget} />
      </QueryClientProvider>
    </LinkContext>
  )
}

function Device({ queries, onRefused }: { readonly queries: QueryClient; readonly onRefused: () => void }) {
  const { t } = useTexts()
  const linkState = useLinkState()
  const status = useRoute('status', {})
  useDeviceEvents((event) => applyEvent(queries, event))
  const refused = useEffectEvent(onRefused)
  // Whatever happened while nothing was heard.
  useEffect(() => {
    if (linkState === LINK.live) void queries.invalidateQueries()
    if (linkState === LINK.refused) refused()
  }, [linkState, queries])
  if (status.data === undefined)
    return status.isError ? <FaultNote fault={status.error} act="look" /> : <Loading />
  return (
    <div className="app">
      {/* Before all links, those of the banners too. */}
      {status.data.state === 'unlocked' && (
        <a className="skip" href="#main">
          {t('nav.skip')}
        </a>
      )}
      <Banners />
      <div className="app-body">
        <ErrorBoundary>
          {status.data.state === 'new' && <CreateVault />}
          {status.data.state === 'locked' && <Unlock />}
          {status.data.state === 'unlocked' && <Messenger />}
        </ErrorBoundary>
      </div>
    </div>
  )
}
