/** Makes copies in the namespace that it was started in. */
import { answerCalls } from '../../harness/child.ts'
import type { Copy } from '../file-copy/copy.ts'
import { bySending } from '../file-copy/rivals.ts'
import { copyByScp } from '../file-copy/scp.ts'
import { copyBySyncthing } from '../file-copy/syncthing.ts'
import { copyByTriode } from '../file-copy/triode.ts'

answerCalls({
  triode: async (copy: Copy) => (await copyByTriode(copy)).elapsedMs,
  tls: bySending('./tls.child.ts'),
  libp2p: bySending('./libp2p.child.ts'),
  syncthing: copyBySyncthing,
  scp: copyByScp,
})
