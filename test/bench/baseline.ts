// The least that a durable collector can do, for ingest.ts to compare with: parse the body, append it to a file,
// fdatasync, answer. No check, no redaction, no digest, no group commit, no store. Without a file it keeps nothing.
//
//   node --conditions=@blotter/source test/bench/baseline.ts [FILE]

import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeProtobufRequest } from '../../collector/receive/protobuf.ts'

const path = process.argv[2]
const file = path === undefined ? undefined : await open(path, 'a')

async function keep(request: IncomingMessage): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  if (file === undefined) return
  const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
  if (request.headers['content-type'] === 'application/json') JSON.parse(body.toString())
  else decodeProtobufRequest(body) // Node has no parser of its own for it
  await file.appendFile(body)
  await file.datasync()
}

const server = createServer((request, response) => {
  keep(request).then(() => response.writeHead(200, { 'Content-Type': request.headers['content-type'] ?? 'application/json' }).end(), () => response.writeHead(500).end())
})
server.listen(0, '127.0.0.1', () => { process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`) })
