import { isMacHere, shownKeys } from '../palette/keys.ts'

/** Keys as they stand on the keyboard. */
export function Keys({ keys }: { readonly keys: string }) {
  return (
    <span className="keys">
      {shownKeys(keys, isMacHere()).map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  )
}
