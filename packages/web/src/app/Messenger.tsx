import { lazy, Suspense } from 'react'
import { MessagesSquare } from 'lucide-react'
import { Empty } from '../design/Empty.tsx'
import { Loading } from '../design/Loading.tsx'
import { useRoute } from '../device/queries.ts'
import { useTellAttention } from '../device/useTellAttention.ts'
import { useTexts } from '../i18n/context.ts'
import { ConversationList } from '../list/ConversationList.tsx'
import { unreadByCircle } from '../list/order.ts'
import { Palettes } from '../palette/Palettes.tsx'
import { Notifier } from '../notify/Notifier.tsx'
import { useChosenCircle } from './chosenCircle.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Rail } from './Rail.tsx'
import { Remarks } from './Remarks.tsx'
import { routeOf, useRoutePath, type Route } from './route.ts'
import { useAppCommands } from './useAppCommands.ts'
import { useSwitchCircle } from './useSwitchCircle.ts'
import { Whereabouts } from './Whereabouts.tsx'

/** Not needed to show the list: chunks of their own. */
const Conversation = lazy(async () => ({
  default: (await import('../timeline/Conversation.tsx')).Conversation,
}))
const Begin = lazy(async () => ({ default: (await import('../start/Begin.tsx')).Begin }))
const Settings = lazy(async () => ({ default: (await import('../settings/Settings.tsx')).Settings }))

const CircleScreen = lazy(async () => ({
  default: (await import('../circle/CircleScreen.tsx')).CircleScreen,
}))

/** Inside: circles at the edge, conversations beside them, and one screen. On a phone one of the three at a time. */
export function Messenger() {
  const path = useRoutePath()
  const circles = useRoute('circles', {}).data?.circles
  const conversations = useRoute('conversations', {}).data?.conversations ?? []
  const shown = screenOf(routeOf(path), circles?.length === 0)
  const chosen = useChosenCircle()
  const circle = circles?.find((one) => one.circle === chosen)
  const switchCircle = useSwitchCircle(conversations, shown)
  useAppCommands(circles ?? [], switchCircle)
  useTellAttention()
  return (
    <div className="messenger" data-screen={shown.screen}>
      <Rail
        circles={circles ?? []}
        unread={unreadByCircle(conversations)}
        chosen={circle?.circle}
        screen={shown.screen}
        onChoose={switchCircle}
      />
      <main className="panes">
        <ConversationList
          circles={circles ?? []}
          circle={circle}
          chosen={shown.screen === 'conversation' ? shown.id : undefined}
        />
        <div id="main" className="main" tabIndex={-1}>
          <ErrorBoundary key={placeOf(shown)}>
            <Suspense fallback={<Loading />}>
              <Screen route={shown} />
            </Suspense>
          </ErrorBoundary>
        </div>
      </main>
      <Remarks />
      <Palettes circles={circles ?? []} conversations={conversations} />
      <Whereabouts circles={circles ?? []} conversations={conversations} shown={shown} />
      <Notifier conversations={conversations} shown={shown} />
    </div>
  )
}

/** What is shown anew when one goes there: not for another part of the same screen, which would take the focus away. */
function placeOf(route: Route): string {
  return 'id' in route ? `${route.screen}/${route.id}` : route.screen
}

/** Who is in no circle yet begins with one. */
function screenOf(route: Route, isNew: boolean): Route {
  return route.screen === 'home' && isNew ? { screen: 'start' } : route
}

function Screen({ route }: { readonly route: Route }) {
  const { t } = useTexts()
  if (route.screen === 'conversation') return <Conversation key={route.id} id={route.id} />
  if (route.screen === 'start') return <Begin />
  if (route.screen === 'circle') return <CircleScreen key={route.id} id={route.id} part={route.part} />
  if (route.screen === 'settings') return <Settings part={route.part} />
  return <Empty icon={MessagesSquare} title={t('timeline.choose')} />
}
