/** Measures one size of circle in a process of its own. */
import { answerCalls } from '../../harness/child.ts'
import { measureCircle } from './measure.ts'
import type { BigCircleOptions } from './circle.ts'

answerCalls({ measure: (options: BigCircleOptions) => measureCircle(options) })
