import { judge } from './judge.ts'

judge('second')
