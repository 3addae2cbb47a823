/** The notification that the system shows: one at a time, and gone with what it tells of. */

interface Shown {
  readonly notification: Notification
  readonly conversation: string
}

/** A later one takes the place of an earlier one. */
const TAG = 'triode-message'

let shown: Shown | undefined

export interface Notice {
  readonly title: string
  readonly body?: string
  readonly conversation: string
}

/** @param onClick when somebody chose it; it is closed then */
export function show({ title, body, conversation }: Notice, onClick: () => void): void {
  const notification = new Notification(title, {
    ...(body !== undefined && { body }),
    icon: '/icon.svg',
    tag: TAG,
  })
  shown = { notification, conversation }
  notification.addEventListener('click', () => {
    onClick()
    hide(conversation)
  })
}

/** @param conversation that was read; default: whichever it tells of */
export function hide(conversation = shown?.conversation): void {
  if (shown === undefined || shown.conversation !== conversation) return
  shown.notification.close()
  shown = undefined
}
