// Writes the dashboards: node --conditions=@blotter/source deploy/grafana/source/write.ts
// The same input gives the same bytes, so that a difference in the files is a change of what they show.

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { dashboardFiles } from './index.ts'

const folder = fileURLToPath(new URL('../dashboards/', import.meta.url))
for (const [name, text] of Object.entries(dashboardFiles())) writeFileSync(`${folder}${name}`, text)
