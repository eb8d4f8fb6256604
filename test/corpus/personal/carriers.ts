// Where personal data stand: sentences in several languages, JSON, CSV, log lines, URLs, forms.

export type Carrier = (label: string, value: string) => string

/** Name what they carry. */
export const named: readonly Carrier[] = [
  (label, value) => `My ${label} is ${value}.`,
  (label, value) => `Please update the ${label} to ${value} as soon as possible, thank you`,
  (label, value) => `Der Kunde hat als ${label} ${value} angegeben.`,
  (label, value) => `Le client a donn\u00e9 son ${label} : ${value}, merci`,
  (label, value) => `El ${label} del cliente es ${value}`,
  (label, value) => `Il mio ${label} \u00e8 ${value}`,
  (label, value) => `Mijn ${label}: ${value}`,
  (label, value) => `{"customer":{"${label}":"${value}","active":true}}`,
  (label, value) => `{"id":4711,"${label.replaceAll(' ', '_')}": "${value}"}`,
  (label, value) => `${label}\n${value}`,
  (label, value) => `2026-11-24T06:10:34Z INFO profile updated ${label.replaceAll(' ', '_')}=${value} status=ok`,
  (label, value) => `[warn] validation failed for ${label} (${value})`,
  (label, value) => `https://example.com/form?${label.replaceAll(' ', '-')}=${value}&step=2`,
  (label, value) => `step=2&${label.replaceAll(' ', '_')}=${value}&lang=de`,
  (label, value) => `<${label.replaceAll(' ', '')}>${value}</${label.replaceAll(' ', '')}>`,
]

/** Leave it to the value. */
export const unnamed: readonly Carrier[] = [
  (_, value) => value,
  (_, value) => `Hello, it is ${value}, could you check?`,
  (_, value) => `Bitte pr\u00fcfen Sie ${value} noch heute.`,
  (_, value) => `4711;Jane Doe;${value};active`,
  (_, value) => `Jane,Doe,${value},2026-11-24`,
  (_, value) => `{"value":"${value}"}`,
  (_, value) => `["a","${value}"]`,
  (_, value) => `2026-11-24 06:10:34,123 [worker-7] received ${value} from partner`,
  (_, value) => `https://example.com/search?q=${value}&page=2`,
  (_, value) => `(${value})`,
]
