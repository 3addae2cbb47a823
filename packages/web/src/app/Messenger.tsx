import { lazy, Suspense } from 'react'
import { routeOf, useRoutePath, type Route } from './route.ts'
import { MessagesSquare } from 'lucide-react'
import { Empty } from '../design/Empty.tsx'
import { Loading } from '../design/Loading.tsx'
import { useRoute } from '../device/queries.ts'
import { useTexts } from '../i18n/context.ts'
import { ConversationList } from '../list/ConversationList.tsx'
import { Conversation } from '../timeline/Conversation.tsx'
import { Rail } from './Rail.tsx'

/** Not needed at first: chunks of their own. */
const Begin = lazy(async () => ({ default: (await import('../start/Begin.tsx')).Begin }))

const CircleScreen = lazy(async () => ({
  default: (await import('../circle/CircleScreen.tsx')).CircleScreen,
}))

/** Inside: circles at the edge, conversations beside them, and one screen. On a phone one of the three at a time. */
export function Messenger() {
  const { t } = useTexts()
  const route = routeOf(useRoutePath())
  const circles = useRoute('circles', {})
  const isNew = circles.data?.circles.length === 0
  const shown: Route = route.screen === 'home' && isNew ? { screen: 'start' } : route
  return (
    <div className="messenger" data-screen={shown.screen}>
      <a className="skip" href="#main">
        {t('nav.skip')}
      </a>
      <Rail circles={circles.data?.circles ?? []} />
      <ConversationList chosen={shown.screen === 'conversation' ? shown.id : undefined} />
      <main id="main" className="main" tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Screen route={shown} />
        </Suspense>
      </main>
    </div>
  )
}

function Screen({ route }: { readonly route: Route }) {
  const { t } = useTexts()
  if (route.screen === 'conversation') return <Conversation key={route.id} id={route.id} />
  if (route.screen === 'start') return <Begin />
  if (route.screen === 'circle') return <CircleScreen key={route.id} id={route.id} part={route.part} />
  return <Empty icon={MessagesSquare} title={t('timeline.choose')} />
}
