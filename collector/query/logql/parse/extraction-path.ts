// Paths of `| json x="a.b[0][\"c d\"]"` and keys of `| logfmt x="key"`: whether Loki can read them.

const field = '[a-zA-Z_][a-zA-Z0-9_]*'
const bracket = String.raw`\[\s*(?:"(?:[^"\\\n]|\\.)*"|\d+)\s*\]`
const jsonPath = new RegExp(String.raw`^\s*(?:${field}|${bracket})(?:\s*\.\s*${field}|\s*${bracket})*\s*$`)
const logfmtKey = new RegExp(String.raw`^\s*(?:${field}|"(?:[^"\\\n]|\\.)*")\s*$`)

export function isJsonPath(path: string): boolean {
  return jsonPath.test(path)
}

export function isLogfmtKey(key: string): boolean {
  return logfmtKey.test(key)
}
