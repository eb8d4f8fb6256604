// What an operator has to do about a destination that waits for them, by the code of its last error.

const problems: Readonly<Record<string, string>> = {
  status_401: 'it does not accept our credentials: renew them (a header from a file is read again at each try)',
  status_403: 'our credentials do not allow this: give them the right to write logs, or use others',
  status_404: 'it knows no such path: check the URL, to which /v1/logs is appended',
  status_405: 'this path takes no POST: check the URL, to which /v1/logs is appended',
  status_407: 'a proxy in between wants credentials of its own',
  status_415: 'it does not take this encoding: set format or compression',
  not_otlp: 'a web page answered instead of an OTLP receiver: check the URL and what is in between',
  tls: 'a secure connection cannot be made: check its certificate, tls.ca_file and our own certificate',
  bad_header: 'a header holds characters that no header may: check what its file or variable contains',
  missing_file: 'a file of a header or certificate cannot be read',
  dead_letters_full: 'its dead-letter file is full: look at it with blotter forward dead-letters, mend the cause, replay it',
}

export function problemOf(code: string): string {
  if (/^status_3\d\d$/.test(code)) return 'it redirects, which is never followed: check the URL'
  return problems[code] ?? 'it refuses every request: check URL, headers and TLS'
}
