/** Every fuzz target. A new decoder gets one in the module of its area; tests/fuzz/gate.test.ts says which are missing. */
import type { Target } from '../target.ts'
import { apiTargets } from './api.ts'
import { auditTargets } from './audit.ts'
import { chunkTargets } from './chunks.ts'
import { circleTargets } from './circle.ts'
import { codecTargets } from './codec.ts'
import { cryptoTargets } from './crypto.ts'
import { deviceTargets } from './device.ts'
import { feedTargets } from './feed.ts'
import { fileTargets } from './file.ts'
import { imageTargets } from './image.ts'
import { keepingTargets } from './keeping.ts'
import { messageTargets } from './message.ts'
import { networkTargets } from './network.ts'
import { portmapTargets } from './portmap.ts'
import { recordingTargets } from './recording.ts'
import { syncTargets } from './sync.ts'
import { torTargets } from './tor.ts'
import { transferTargets } from './transfer.ts'
import { vaultTargets } from './vault.ts'
import { webTargets } from './web.ts'

export const TARGETS: readonly Target[] = [
  ...codecTargets,
  ...circleTargets,
  ...feedTargets,
  ...syncTargets,
  ...keepingTargets,
  ...messageTargets,
  ...fileTargets,
  ...chunkTargets,
  ...imageTargets,
  ...recordingTargets,
  ...auditTargets,
  ...cryptoTargets,
  ...torTargets,
  ...transferTargets,
  ...vaultTargets,
  ...deviceTargets,
  ...networkTargets,
  ...portmapTargets,
  ...apiTargets,
  ...webTargets,
]
