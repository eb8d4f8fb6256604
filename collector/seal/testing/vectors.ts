// Published vectors that independent tools accept, and readers for tests.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Read } from '../reader.ts'

export const origin = 'audit.example.com/prod'
export const seed = Buffer.from(Array.from({ length: 32 }, (_, i) => i))
export const vkey = 'audit.example.com/prod+175a851d+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4'

export const greek = ['alpha', 'beta', 'gamma'].map((name) => Buffer.from(name))
export const greekLeaves = [
  'KhWNiv1I4/iMtBld/bKp5IF9lfpX/TREDZP5quXE+Cs=',
  '4jU3sFDoSvLLqrRvL4PY07X+vI5axiANMGKE9ofUaSQ=',
  'THnQ1i989cqIdBVfLTuHXyYl2iuzq8hrvWgz8lupDlE=',
]
export const greekRootOf2 = 'mDy1fATN3VJjTtqzinvvhXCKl08RS72aqexdTOZla0s='
export const greekRootOf3 = 'OF2jDzkXKCyJOd/4UZV+UZqxhGsTUaFMCts7EWMnQqo='
export const greekCheckpoint = `audit.example.com/prod
3
${greekRootOf3}

— audit.example.com/prod F1qFHStpuKN49/sLo3Oa/Uf44WqDi+qYfgRSC+1a0zruNWUHaYOHrn36FwclDyUU4Ohsyg8Khb7ifFcwugeoTZ7HrAc=
`

/** Roots of `entry 0` to `entry <size - 1>`. */
export const rootsBySize = new Map([
  [0, '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
  [1, 'dziFphNIniTOLPdhmdakI/BC5LvxLX7s7pEu8nbGVwE='],
  [256, '2mWW2VNp9f7zIquOTg2jsLUCNqqcijsdJG90Ecni4y4='],
  [257, 'XB/f6DU1gCLyOS3keNvgU/wTDP4dOggoeakM9r8Uv34='],
  [70_000, 'o5IPun8jmgcam9EHIfE0Gt3vuu3ttBx+JEN6nRa98Ao='],
])

export function numbered(from: number, to: number): Buffer[] {
  return Array.from({ length: to - from }, (_, i) => Buffer.from(`entry ${from + i}`))
}

export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

export function directoryReader(directory: string): Read {
  return (path) => readFile(join(directory, path)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
}
