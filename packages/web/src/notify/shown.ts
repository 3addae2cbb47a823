/** The notification that the system shows: one at a time, and gone with what it tells of. */

interface Shown {
  readonly notification: Notification
  readonly conversation: string
}

/** A later one takes the place of an earlier one. */
const TAG = 'triode-message'

let shown: Shown | undefined
/** How often everything was hidden. */
let over = 0

export interface Notice {
  readonly title: string
  readonly body?: string
  readonly conversation: string
}

/** For what is to be shown once the circle was asked: nothing is, where everything was hidden meanwhile. */
export function showUnlessOver(): typeof show {
  const begun = over
  return (notice, onClick) => {
    if (begun === over) show(notice, onClick)
  }
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

/** @param conversation that was read; without, everything is over: the device is locked, say */
export function hide(conversation?: string): void {
  if (conversation === undefined) over++
  else if (shown?.conversation !== conversation) return
  shown?.notification.close()
  shown = undefined
}
