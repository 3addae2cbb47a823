import { use, useEffect } from 'react'
import { areSingleKeysOn } from '../design/appearance.ts'
import { isMacHere, isPressed, isSingleKey } from './keys.ts'
import { CommandsContext } from './useCommand.ts'

/** Hears the keys of every command. Once, for the page. */
export function useKeys(): void {
  const { commands } = use(CommandsContext)
  useEffect(() => {
    const isMac = isMacHere()
    const hear = (event: KeyboardEvent) => {
      // A dialog holds the keyboard: nothing happens behind it.
      if (event.defaultPrevented || event.isComposing || isDialogOpen()) return
      const command = commands().findLast(({ keys }) => keys !== undefined && isPressed(keys, event, isMac))
      if (command?.keys === undefined) return
      if (isSingleKey(command.keys) && (isTyping(event.target) || !areSingleKeysOn())) return
      event.preventDefault()
      command.run()
    }
    addEventListener('keydown', hear)
    return () => {
      removeEventListener('keydown', hear)
    }
  }, [commands])
}

function isDialogOpen(): boolean {
  return document.querySelector('.modal-scrim') !== null
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select, [role=menu] *, [role=listbox] *'))
  )
}
