/** The title of the window: which screen is open, and what is unread. The system lists it and the browser keeps it (spec §5.11). */
import { useEffect } from 'react'
import { useTexts } from '../i18n/context.ts'

/**
 * @param screen without anybody's name, unless its reader and its circle would have it there
 * @param unread 0: nothing, or not to be told
 */
export function useTitle(screen: string, unread = 0): void {
  const { t } = useTexts()
  useEffect(() => {
    document.title = unread > 0 ? t('notify.title', { count: unread, screen }) : t('title.screen', { screen })
  }, [screen, unread, t])
}
