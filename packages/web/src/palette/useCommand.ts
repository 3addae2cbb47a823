import { createContext, use, useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import { createRegistry, type Command, type Registry } from './registry.ts'

export const CommandsContext = createContext<Registry>(createRegistry())

/** Offers a command while the component stands; `run` need not be stable. Undefined offers none. */
export function useCommand(command: Command | undefined): void {
  const registry = use(CommandsContext)
  const run = useEffectEvent(() => command?.run())
  const { id, group, title, words, keys, isKeyOnly } = command ?? {}
  useEffect(() => {
    if (id === undefined || group === undefined || title === undefined) return
    return registry.add({
      id,
      group,
      title,
      ...(words !== undefined && { words }),
      ...(keys !== undefined && { keys }),
      ...(isKeyOnly !== undefined && { isKeyOnly }),
      run: () => {
        run()
      },
    })
  }, [registry, id, group, title, words, keys, isKeyOnly])
}

/** Every command that is offered now. */
export function useCommands(): readonly Command[] {
  const { commands, onChange } = use(CommandsContext)
  return useSyncExternalStore(onChange, commands)
}
