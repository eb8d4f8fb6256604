// Keeps the first request that comes, as it came, and answers like a collector.
//
//   node record.mjs NAME [PORT]
//
// writes NAME.bin or NAME.json (the body, byte for byte) and prints the headers that belong to it.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'

const [name, port = '4318'] = process.argv.slice(2)

const server = createServer((request, response) => {
  const chunks = []
  request.on('data', (chunk) => { chunks.push(chunk) })
  request.on('end', () => {
    const contentType = request.headers['content-type']
    const contentEncoding = request.headers['content-encoding']
    writeFileSync(`${name}.${contentType === 'application/json' && contentEncoding === undefined ? 'json' : 'bin'}`, Buffer.concat(chunks))
    process.stdout.write(`${JSON.stringify({ path: request.url, contentType, contentEncoding, headers: Object.keys(request.headers) })}\n`)
    response.setHeader('Content-Type', contentType)
    response.end(contentType === 'application/json' ? '{}' : '')
    server.close()
  })
})
server.listen(Number(port), '127.0.0.1')
