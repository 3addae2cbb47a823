/** Alice and Bob, who listen nowhere and can only call, and Carol, whom both reach: all in a circle of hers. */
import { join2, type Bench } from '../devices.ts'

/** @param channels of each; `tcp` alone unless given */
export async function carolBetween(bench: Bench, channels?: readonly string[]) {
  const [carol, alice, bob] = await Promise.all([
    bench.make('Carol', channels),
    bench.make('Alice', channels, undefined, []),
    bench.make('Bob', channels, undefined, []),
  ])
  const { circle } = await carol.device.createCircle({ name: 'Circle' })
  for (const one of [alice, bob]) await join2(carol, one, circle)
  return { carol, alice, bob, circle }
}
